"""DirectAdmin, by `CMD_API_*`: https://docs.directadmin.com/directadmin/customizing-workflow/api-all-about.html"""
