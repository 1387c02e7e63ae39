"""Plesk Obsidian, by its REST API, the gate to its command line, and XML API: https://docs.plesk.com/en-US/obsidian/"""
