"""cPanel & WHM, by WHM API 1 and UAPI: https://api.docs.cpanel.net/"""
