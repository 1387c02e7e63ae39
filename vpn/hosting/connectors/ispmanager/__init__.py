"""ISPmanager 5 and 6, by its own API: https://www.ispmanager.com/docs/ispmanager/guide-to-ispsystem-software-api"""
