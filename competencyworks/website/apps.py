from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "competencyworks.website"
    label = "website"
    verbose_name = "Website"
