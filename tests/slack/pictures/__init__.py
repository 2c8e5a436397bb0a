"""The pictures of docs/slack.md, drawn from the layouts that Slack gets.

python -m tests.slack.pictures       # writes docs/pictures/*.png; needs Chromium
"""
