"""The Cognito user pool, and the app client by which pages and the command line sign users in."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from mocshelf_infra import pages, stages
from mocshelf_infra.constructs.accepted import accept

PASSWORD = cognito.PasswordPolicy(
    min_length=12,
    require_lowercase=True,
    require_uppercase=True,
    require_digits=True,
    require_symbols=True,
    temp_password_validity=cdk.Duration.days(3),
)


class UserPool(cognito.UserPool):
    """Users with an e-mail address and a password, and a code of their authenticator app if they like."""

    def __init__(self, scope: Construct, name: str, *, settings: stages.Users, pool_name: str) -> None:
        watched = cognito.StandardThreatProtectionMode.FULL_FUNCTION
        super().__init__(
            scope,
            name,
            user_pool_name=pool_name,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            self_sign_up_enabled=True,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            # Someone who mistypes a new address keeps the old one.
            keep_original=cognito.KeepOriginalAttrs(email=True),
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=PASSWORD,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            enable_sms_role=False,
            # The lowest plan neither rotates refresh tokens nor watches for threats, the middle one does not watch.
            feature_plan=cognito.FeaturePlan.PLUS if settings.advanced_security else cognito.FeaturePlan.ESSENTIALS,
            standard_threat_protection_mode=watched if settings.advanced_security else None,
            deletion_protection=settings.protected,
            removal_policy=cdk.RemovalPolicy.RETAIN if settings.protected else cdk.RemovalPolicy.DESTROY,
        )
        accept(
            self.node.default_child, "COG2", "A second factor is each user's own choice: they keep LEGO MOCs here."
        )
        if not settings.advanced_security:
            for finding in ("COG3", "COG8"):
                accept(self.node.default_child, finding, "Paid for each user, so only where the real ones are.")


class AppClient(cognito.UserPoolClient):
    """SRP, and Cognito's own pages with an authorization code and PKCE; a client of browsers keeps no secret.

    Each use of a refresh token gives a new one and ends the old, so that a stolen one is good for one use at most:
    refresh by `/oauth2/token` or GetTokensFromRefreshToken, not by the older REFRESH_TOKEN_AUTH.
    """

    def __init__(
        self, scope: Construct, name: str, *, pool: cognito.IUserPool, settings: stages.Users, origins: Sequence[str]
    ) -> None:
        super().__init__(
            scope,
            name,
            user_pool=pool,
            generate_secret=False,
            prevent_user_existence_errors=True,
            auth_flows=cognito.AuthFlow(user_srp=True, user_password=settings.password_sign_in),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                # The last is what setting up an authenticator app takes, and changing one's password.
                scopes=[
                    cognito.OAuthScope.OPENID,
                    cognito.OAuthScope.EMAIL,
                    cognito.OAuthScope.PROFILE,
                    cognito.OAuthScope.COGNITO_ADMIN,
                ],
                # Cognito compares addresses letter by letter; the root is where a page's own address ends.
                callback_urls=[f"{origin}{pages.SIGNED_IN}" for origin in origins],
                logout_urls=[f"{origin}/" for origin in origins],
            ),
            access_token_validity=cdk.Duration.hours(1),
            id_token_validity=cdk.Duration.hours(1),
            refresh_token_validity=cdk.Duration.days(30),
            # A page whose answer was lost may ask once more.
            refresh_token_rotation_grace_period=cdk.Duration.seconds(60),
            enable_token_revocation=True,
            read_attributes=cognito.ClientAttributes().with_standard_attributes(
                email=True,
                email_verified=True,
                given_name=True,
                family_name=True,
                fullname=True,
                profile_picture=True,
            ),
            # Not the picture: it follows the avatar.
            write_attributes=cognito.ClientAttributes().with_standard_attributes(
                email=True, given_name=True, family_name=True, fullname=True
            ),
        )
