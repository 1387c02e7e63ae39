from helpdesk.accounts.forms.signing_in import LONGEST_PASSWORD, LinkForm, PasswordForm, SignInForm

__all__ = ["LONGEST_PASSWORD", "LinkForm", "PasswordForm", "SignInForm"]
