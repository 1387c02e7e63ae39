"""What one does in the admin with a browser. Irina reads Russian, so everything is found by its name, not its words."""

from playwright.sync_api import Page


def open_mailbox(page: Page, address: str) -> None:
    page.goto("/admin/mail/mailbox/")
    page.locator("tr", has_text=address).locator("a").first.click()
    page.locator("[name=in_host]").wait_for()


def save(page: Page) -> None:
    """Save the form, which leads to the list."""
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/mail/mailbox/")
