from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("notifications", "0005_telling_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("reply", "Reply"),
                    ("forward", "Forward"),
                    ("acknowledgement", "Acknowledgement"),
                    ("notice", "Notice"),
                    ("invitation", "Invitation"),
                    ("survey", "Survey"),
                    ("sign_in_link", "Sign-in link"),
                    ("security", "Security"),
                    ("alert", "Alert"),
                    ("code", "Code for an address"),
                ],
                max_length=24,
                verbose_name="purpose",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(
                    ("purpose__in", ["alert", "code", "forward", "invitation", "reply", "security", "sign_in_link"]),
                    ("state", "queued"),
                ),
                fields=["due_at", "id"],
                name="delivery_waited_for",
            ),
        ),
    ]
