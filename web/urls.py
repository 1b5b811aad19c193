"""Every page and its address. ``PUBLIC`` needs no sign-in; all others carry ``rights.needs``."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from web.api.urls import api
from web.views import (
    accounts,
    efile,
    files,
    moving,
    numbers,
    own,
    progress,
    review,
    sampling,
    tokens,
    upload,
    versions,
    words,
)

PUBLIC = frozenset({"sign-in", "code", "sign-out", "language", "health"})
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
    path("review/<str:file_id>/move", moving.move, name="review-move"),
    path("review/<str:file_id>/efile", efile.choose, name="review-efile"),
    path("review/<str:file_id>/undo", versions.undo, name="review-undo"),
    path("review/<str:file_id>/leave", review.leave, name="review-leave"),
    path("review/<str:file_id>/page/<int:sequence>/", review.page, name="review-page"),
    path("numbers/", numbers.numbers, name="numbers"),
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
    path("account/", own.own, name="own"),
    path("account/password", own.password, name="own-password"),
    path("account/codes/begin", own.codes_begin, name="codes-begin"),
    path("account/codes/confirm", own.codes_confirm, name="codes-confirm"),
    path("account/codes/end", own.codes_end, name="codes-end"),
    path("account/sign-out", own.sign_out_everywhere, name="sign-out-everywhere"),
    path("sign-in/code/", own.code, name="code"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke", tokens.revoke, name="token-revoke"),
    path("api/v1/", api.urls),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("language/", accounts.language, name="language"),
    path("healthz", accounts.health, name="health"),
]
if apps.is_installed("allauth.socialaccount"):  # the office's own sign-in is set
    from web import office

    # named as the library looks them up
    urlpatterns += [
        path("sign-in/<str:provider_id>/go", office.begin, name="openid_connect_login"),
        path("sign-in/<str:provider_id>/back", office.back, name="openid_connect_callback"),
    ]
    PUBLIC |= {"openid_connect_login", "openid_connect_callback"}
handler403 = "web.views.errors.forbidden"
handler404 = "web.views.errors.not_found"
handler500 = "web.views.errors.broken"
