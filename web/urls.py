"""Every page and its address. ``PUBLIC`` needs no sign-in; all others carry ``rights.needs``."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from web.api.urls import api
from web.views import accounts, files, progress, review, sampling, tokens, upload, words

PUBLIC = frozenset({"sign-in", "sign-out", "language", "health"})
urlpatterns = [
    path("", progress.overview, name="progress"),
    path("days/", progress.days, name="days"),
    path("batch/<str:batch_id>/", progress.batch, name="batch"),
    path("file/<str:file_id>/", files.file, name="file"),
    path("file/<str:file_id>/pdf", files.pdf, name="pdf"),
    path("file/<str:file_id>/master/<int:number>", files.master, name="master"),
    path("page/<str:page_id>/<str:size>.jpg", files.image, name="image"),
    path("review/", review.queue, name="queue"),
    path("review/<str:file_id>/", review.file, name="review-file"),
    path("review/<str:file_id>/leave", review.leave, name="review-leave"),
    path("review/<str:file_id>/page/<int:sequence>/", review.page, name="review-page"),
    path("sampling/", sampling.sampling, name="sampling"),
    path("sampling/<str:lot_id>/", sampling.lot, name="lot"),
    path("upload/", upload.uploads, name="upload"),
    path("upload/begin", upload.begin, name="upload-begin"),
    path("upload/<str:upload_id>/<int:file>/<int:number>", upload.piece, name="upload-piece"),
    path("upload/<str:upload_id>/finish", upload.finish, name="upload-finish"),
    path("upload/<str:upload_id>/give-up", upload.give_up, name="upload-give-up"),
    path("hindi-words.json", words.hindi_words, name="hindi-words"),
    path("audit/", accounts.audit, name="audit"),
    path(
        "sign-in/",
        LoginView.as_view(template_name="web/sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke", tokens.revoke, name="token-revoke"),
    path("api/v1/", api.urls),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("language/", accounts.language, name="language"),
    path("healthz", accounts.health, name="health"),
]
handler403 = "web.views.errors.forbidden"
handler404 = "web.views.errors.not_found"
handler500 = "web.views.errors.broken"
