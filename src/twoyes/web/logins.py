"""The addresses under `/accounts/`. What of allauth is not wanted is not routed; names are those that allauth knows."""

from __future__ import annotations

from django.urls import URLPattern, path

from twoyes.web import accounts, app_codes, fresh, login_link, logins_page, oidc, passkeys, second_step

urlpatterns: list[URLPattern] = [
    path("accounts/", logins_page.page, name="mfa_index"),
    *accounts.urlpatterns,
    path("accounts/link/<str:token>", login_link.login_link),
    path("accounts/login/passkey/", passkeys.login, name="mfa_login_webauthn"),
    path("accounts/login/passkey/begin/", passkeys.begin_login),
    path("accounts/login/second/", second_step.by_code, name="mfa_authenticate"),
    path("accounts/login/second/passkey/", second_step.by_passkey),
    path("accounts/oidc/", oidc.login, name="openid_connect_login"),
    path("accounts/oidc/callback/", oidc.callback, name="openid_connect_callback"),
    path("accounts/confirm/", fresh.page, name="account_reauthenticate"),
    path("accounts/confirm/letter/", fresh.by_letter),
    path("accounts/confirm/code/", fresh.by_code),
    path("accounts/confirm/app/", fresh.by_app),
    path("accounts/confirm/passkey/", fresh.by_passkey),
    path("accounts/confirm/passkey/begin/", fresh.begin_passkey),
    path("accounts/passkeys/begin/", passkeys.begin_add),
    path("accounts/passkeys/add/", passkeys.add),
    path("accounts/passkeys/<int:key>/remove/", passkeys.remove),
    path("accounts/app/", app_codes.app, name="mfa_activate_totp"),
    path("accounts/app/begin/", app_codes.begin),
    path("accounts/app/remove/", app_codes.remove),
    path("accounts/codes/", app_codes.codes, name="mfa_view_recovery_codes"),
    path("accounts/codes/new/", app_codes.new_codes),
]
