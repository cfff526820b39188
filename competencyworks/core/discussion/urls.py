from django.urls import path, re_path

from . import feeds, report_views, views, writer_views

app_name = "discussion"
urlpatterns = [
    path("comments/feed/", feeds.AllComments(), name="feed"),
    path("comments/on/<str:kind>/<int:pk>/", views.write, name="write"),
    path("comments/on/<str:kind>/<int:pk>/token/", views.token, name="token"),
    path("comments/<int:pk>/", views.show, name="show"),
    path("comments/<int:pk>/mine/", writer_views.link, name="link"),
    path("comments/<int:pk>/report/", report_views.report, name="report"),
    path("comments/mine/<str:token>/", writer_views.mine, name="mine"),
    path("comments/confirm/<str:token>/", writer_views.confirm, name="confirm"),
    path("comments/stop/<str:token>/", writer_views.stop, name="stop"),
]
# After all that other rooms answer: below each item that is discussed.
feed_urlpatterns = [re_path(r"^(?P<path>.+)/feed/$", feeds.item_feed, name="item_feed")]
