"""Who gets what at every address: one line for each, one column for each role.

`in`: led to sign in; `to`: led elsewhere; else the status. Unnamed addresses are called by their route. What each role
is tried on belongs to Clara (see test_access_matrix.py).
"""

# fmt: off
ROLES = ("anonymous", "clara", "mia", "sergei", "oleg", "anna", "marta", "ada")
#                                  nobody customer manager stranger contractor agent accountant administrator
GET = {
    # First page, files, monitoring
    "home":    "in to to to to to to to",
    "file":    "in 200 200 404 404 200 200 200",
    "live":    "200 200 200 200 200 200 200 200",
    "health":  "200 200 200 200 200 200 200 200",
    "metrics": "200 200 200 200 200 200 200 200",
    # Ways in and out
    "account_login":           "200 to to to to to to to",
    "account_logout":          "200 200 200 200 200 200 200 200",
    "sign_in_link_request":    "200 200 200 200 200 200 200 200",
    "sign_in_link_sent":       "200 200 200 200 200 200 200 200",
    "sign_in_link":            "200 200 200 200 200 200 200 200",
    "account_change_password": "in 200 200 200 200 200 200 200",
    "account_reset_password":  "200 200 200 200 200 200 200 200",
    "admin_password":          "in to to to to to to to",
    "admin_sign_in":           "in 403 403 403 403 403 403 403",
    # Desk
    "desk:desk":                "in 403 403 403 to to to to",
    "desk:tickets":             "in 403 403 403 200 200 200 200",
    "desk:new_ticket":          "in 403 403 403 403 200 403 200",
    "desk:ticket":              "in 403 403 403 404 200 200 200",
    "desk:replies":             "in 403 403 403 405 405 405 405",
    "desk:notes":               "in 403 403 403 405 405 405 405",
    "desk:forwards":            "in 403 403 403 405 405 405 405",
    "desk:assignment":          "in 403 403 403 405 405 405 405",
    "desk:team":                "in 403 403 403 405 405 405 405",
    "desk:status":              "in 403 403 403 405 405 405 405",
    "desk:priority":            "in 403 403 403 405 405 405 405",
    "desk:tags":                "in 403 403 403 405 405 405 405",
    "desk:participants":        "in 403 403 403 405 405 405 405",
    "desk:participant_removal": "in 403 403 403 405 405 405 405",
    "desk:merge":               "in 403 403 403 404 200 200 200",
    "desk:unmerge":             "in 403 403 403 405 405 405 405",
    "desk:original":            "in 403 403 403 404 200 200 200",
    "desk:approval":            "in 403 403 403 405 405 405 405",
    "desk:placement":           "in 403 403 403 404 200 200 200",
    "desk:placement_return":    "in 403 403 403 405 405 405 405",
    "desk:search":              "in 403 403 403 200 200 200 200",
    "desk:ui":                  "in 403 403 403 200 200 200 200",
    # Cabinet
    "cabinet:home":        "in 200 200 200 403 403 403 403",
    "cabinet:requests":    "in 200 200 200 403 403 403 403",
    "cabinet:new_request": "in 200 200 200 403 403 403 403",
    "cabinet:request":     "in 200 200 404 403 403 403 403",
    "cabinet:answers":     "in 405 405 405 403 403 403 403",
    "cabinet:closure":     "in 405 405 405 403 403 403 403",
    "cabinet:reopening":   "in 405 405 405 403 403 403 403",
    # API, by token
    "api:openapi-json":       "200 200 200 200 200 200 200 200",
    "api:tickets":            "401 200 200 200 200 200 200 200",
    "api:search":             "401 200 200 200 200 200 200 200",
    "api:ticket":             "401 200 200 404 404 200 200 200",
    "api:messages":           "401 200 200 404 404 200 200 200",
    "api:attachment_content": "401 200 200 404 404 200 200 200",
    "api:replies":            "405 405 405 405 405 405 405 405",
    "api:notes":              "405 405 405 405 405 405 405 405",
    "api:organisations":      "401 200 200 200 200 200 200 200",
    "api:organisation":       "401 200 200 404 404 200 200 200",
    "api:customers":          "401 200 200 200 200 200 200 200",
    "api:customer":           "401 200 200 404 404 200 200 200",
    "api:raw_mails":          "401 403 403 403 403 403 403 200",
    "api:raw_mail":           "401 403 403 403 403 403 403 200",
    "api:raw_mail_content":   "401 403 403 403 403 403 403 200",
    "api:api-root":           "404 404 404 404 404 404 404 404",
    "api_unknown":            "404 404 404 404 404 404 404 404",
    # Admin, beside the lists below
    "admin:search":                  "in in in in in in in 200",
    "admin:index":                   "in in in in in in in 200",
    "admin:login":                   "in 403 403 403 403 403 403 403",
    "admin:logout":                  "in to to to to to to 405",
    "admin:password_change":         "in to to to to to to to",
    "admin:password_change_done":    "in in in in in in in 200",
    "admin:autocomplete":            "in in in in in in in 403",
    "admin:jsi18n":                  "in in in in in in in 200",
    "admin:view_on_site":            "in in in in in in in 404",
    "admin:accounts_user_password":  "in in in in in in in 200",
    "admin:mail_mailbox_begin":      "in in in in in in in 405",
    "admin:mail_mailbox_connection": "in in in in in in in 200",
    "admin:mail_mailbox_proof":      "in in in in in in in 200",
    "admin:mail_rawmail_source":     "in in in in in in in 200",
    "admin:mail_rawmail_replay":     "in in in in in in in 405",
    "admin:mail_rawmail_quarantine": "in in in in in in in 405",
    "admin:app_list":                "in in in in in in in 200",
    "admin/(?P<url>.*)$":            "in in in in in in in 404",
}

# On the host of the files, by a link to Clara's file that was made a moment ago: whoever has the link. Elsewhere: 404.
ON_FILES_HOST = {
    "content": "200 200 200 200 200 200 200 200",
}

# The administrator's outcome at each of a model's addresses; everybody else is led to sign in.
ADMIN_VIEWS = (
    "admin:{model}_changelist",
    "admin:{model}_add",
    "admin:{model}_change",
    "admin:{model}_history",
    "admin:{model}_delete",
    "admin/{path}/<path:object_id>/",
)
ADMIN_MODELS = {
    "journal_entry":                   "200 403 200 to 403 to",
    "accounts_apitoken":               "200 200 200 to 403 to",
    "accounts_organisation":           "200 200 200 to 403 to",
    "accounts_team":                   "200 200 200 to 403 to",
    "accounts_user":                   "200 200 200 to 403 to",
    "accounts_contactpoint":           "200 403 200 to 403 to",
    "notifications_delivery":          "200 403 200 to 403 to",
    "notifications_breaker":           "200 403 200 to 403 to",
    "tickets_ticket":                  "200 403 200 to 403 to",
    "mail_mailbox":                    "200 200 200 to 403 to",
    "mail_rawmail":                    "200 403 200 to 403 to",
    "django_celery_beat_periodictask": "200 403 200 to 403 to",
}

# What a form is answered with; addresses without a line are shut to everybody.
POST = {
    "account_change_password": "in 422 422 422 422 422 422 422",
    "account_login":           "422 422 422 422 422 422 422 422",
    "account_logout":          "to to to to to to to to",
    "admin:logout":            "in to to to to to to 200",
    "admin:password_change":   "in to to to to to to to",
    "admin_password":          "in to to to to to to to",
    "api:notes":               "401 403 403 404 404 201 201 201",
    "api:replies":             "401 201 201 404 404 201 403 201",
    "api:tickets":             "401 201 201 201 422 422 422 422",
    "cabinet:answers":         "in 422 422 404 403 403 403 403",
    "cabinet:closure":         "in to to 404 403 403 403 403",
    "cabinet:new_request":     "in 422 422 422 403 403 403 403",
    "cabinet:reopening":       "in 422 422 404 403 403 403 403",
    "desk:approval":           "in 403 403 403 404 422 403 422",
    "desk:assignment":         "in 403 403 403 404 to 403 to",
    "desk:forwards":           "in 403 403 403 404 422 422 422",
    "desk:new_ticket":         "in 403 403 403 403 422 403 422",
    "desk:notes":              "in 403 403 403 404 422 422 422",
    "desk:participants":       "in 403 403 403 404 422 422 422",
    "desk:participant_removal": "in 403 403 403 404 to 403 to",
    "desk:placement":          "in 403 403 403 404 422 422 422",
    "desk:placement_return":   "in 403 403 403 404 422 422 422",
    "desk:merge":              "in 403 403 403 404 422 422 422",
    "desk:unmerge":            "in 403 403 403 404 422 403 422",
    "desk:priority":           "in 403 403 403 404 422 403 422",
    "desk:replies":            "in 403 403 403 404 422 403 422",
    "desk:status":             "in 403 403 403 404 422 403 422",
    "desk:tags":               "in 403 403 403 404 to 403 to",
    "desk:team":               "in 403 403 403 404 to 403 to",
    "sign_in_link":            "to to to to to to to to",
    "sign_in_link_request":    "422 422 422 422 422 422 422 422",
}
