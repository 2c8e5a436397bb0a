"""Modals as Slack takes them. Pure: what is to be shown in, a view out.

https://docs.slack.dev/surfaces/modals. Limits: 100 blocks, titles of 24 characters,
3,000 in an input; a stranger's words only in rich text or plain text.
"""
