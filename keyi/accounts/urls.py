from django.urls import path

from .views import account, kept, password, register, second_factor, signin

urlpatterns = [
    path("register/", register.show_register, name="register"),
    path("register/done/", register.show_registered, name="register-done"),
    path("register/challenge/", register.challenge, name="captcha-challenge"),
    path("confirm/again/", register.resend_confirmation, name="verify-resend"),
    path("confirm/<str:token>/", register.confirm_email, name="verify-email"),
    path("login/", signin.show_login, name="login"),
    path("login/code/", second_factor.login_code, name="login-code"),
    path("account/data/", account.own_data_file, name="account-data"),
    path("account/close/", account.close_account, name="account-close"),
    path("account/second-factor/", second_factor.set_up, name="second-factor"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="session-end"),
    path("login/demo/", signin.demo_login, name="demo-login"),
    path("logout/", signin.log_out, name="logout"),
    path("account/", account.show_account, name="account"),
    path("account/edit/", account.edit_account, name="account-edit"),
    path("account/email/", account.change_email, name="account-email"),
    path("account/password/", password.change_password, name="password-change"),
    path("password/", password.ask_reset, name="password-reset"),
    path("password/sent/", password.show_reset_sent, name="password-reset-sent"),
    path("password/<str:key>/<str:token>/", password.reset_password, name="password-reset-confirm"),
    path("kept/", kept.keep, name="kept"),
]
