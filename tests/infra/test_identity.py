"""The user pool and its client: how people sign in, and what keeps others from doing so in their name."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.alone import alone
from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from mocshelf_infra import pages
from mocshelf_infra.stages import STAGES, Users

POOL, CLIENT = "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient"

every_stage = pytest.mark.parametrize("stage", list(STAGES))


@every_stage
def test_users_sign_in_with_their_address_and_a_strong_password(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        pool = the(template, POOL)
        assert pool["UsernameAttributes"] == ["email"]
        assert pool["AutoVerifiedAttributes"] == ["email"]
        assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
        password = pool["Policies"]["PasswordPolicy"]
        assert password["MinimumLength"] >= 12
        wanted = ("RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols")
        assert all(password[one] is True for one in wanted)
        assert [one["Name"] for one in pool["AccountRecoverySetting"]["RecoveryMechanisms"]] == ["verified_email"]

    fails_when(
        check,
        assembly(stage).template("identity"),
        lambda weakened: the(weakened, POOL)["Policies"]["PasswordPolicy"].update(MinimumLength=8),
    )


@every_stage
def test_a_second_factor_is_an_app_and_never_a_text_message(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        pool = the(template, POOL)
        assert pool["MfaConfiguration"] == "OPTIONAL"
        assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
        assert "SmsConfiguration" not in pool

    fails_when(
        check,
        assembly(stage).template("identity"),
        lambda weakened: the(weakened, POOL)["EnabledMfas"].append("SMS_MFA"),
    )


@every_stage
def test_the_client_keeps_no_secret_and_betrays_nobody(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        client = the(template, CLIENT)
        assert client["GenerateSecret"] is False
        assert client["PreventUserExistenceErrors"] == "ENABLED"
        assert client["EnableTokenRevocation"] is True
        assert client["RefreshTokenRotation"]["Feature"] == "ENABLED"
        assert client["AllowedOAuthFlows"] == ["code"]
        assert client["CallbackURLs"] == [f"{origin}/signed-in" for origin in STAGES[stage].api.origins]
        assert client["LogoutURLs"] == [f"{origin}/" for origin in STAGES[stage].api.origins]
        # The picture follows the avatar; whether an address was verified only Cognito knows.
        assert not {"picture", "email_verified"} & set(client["WriteAttributes"])

    template = assembly(stage).template("identity")
    fails_when(check, template, lambda weakened: the(weakened, CLIENT)["AllowedOAuthFlows"].append("implicit"))
    fails_when(
        check, template, lambda weakened: the(weakened, CLIENT)["CallbackURLs"].append("https://evil.example/")
    )


@every_stage
def test_a_password_is_sent_as_it_is_only_where_the_stage_says_so(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        flows = set(the(template, CLIENT)["ExplicitAuthFlows"])
        plain = {"ALLOW_USER_PASSWORD_AUTH"} if STAGES[stage].users.password_sign_in else set()
        assert flows - {"ALLOW_REFRESH_TOKEN_AUTH"} == {"ALLOW_USER_SRP_AUTH", *plain}

    fails_when(
        check,
        assembly(stage).template("identity"),
        lambda weakened: the(weakened, CLIENT)["ExplicitAuthFlows"].append("ALLOW_ADMIN_USER_PASSWORD_AUTH"),
    )
    assert not STAGES["production"].users.password_sign_in
    assert not STAGES["staging"].users.password_sign_in


@pytest.mark.parametrize("stage", [name for name, row in STAGES.items() if row.users.protected])
def test_users_that_matter_cannot_be_deleted_with_their_stack(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        (pool,) = [one for one in template["Resources"].values() if one["Type"] == POOL]
        assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
        assert pool["DeletionPolicy"] == pool["UpdateReplacePolicy"] == "Retain"

    fails_when(
        check,
        assembly(stage).template("identity"),
        lambda weakened: the(weakened, POOL).update(DeletionProtection="INACTIVE"),
    )


def test_production_watches_for_stolen_accounts(assembly: Assemblies) -> None:
    def check(template: Template) -> None:
        pool = the(template, POOL)
        assert pool["UserPoolTier"] == "PLUS"
        assert pool["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}

    fails_when(
        check,
        assembly("production").template("identity"),
        lambda weakened: the(weakened, POOL)["UserPoolAddOns"].update(AdvancedSecurityMode="AUDIT"),
    )


@every_stage
def test_clients_are_told_where_to_sign_in(assembly: Assemblies, stage: str) -> None:
    outputs = assembly(stage).template("identity")["Outputs"]

    assert {"UserPoolId", "ClientId", "SignInDomain"} <= set(outputs)


def test_a_given_pool_and_client_are_not_made(tmp_path: Path) -> None:
    users = "existing_pool='eu-central-1_given', existing_client='given', existing_domain='login.example.org'"
    changes = f"{{'users': Users({users})}}"

    template = alone(tmp_path, "identity", "IdentityStack", "dev", changes)

    assert [one for kind in (POOL, CLIENT) for one in resources(template, kind)] == []
    assert template["Outputs"]["UserPoolId"]["Value"] == "eu-central-1_given"
    assert template["Outputs"]["ClientId"]["Value"] == "given"
    # Pages are published with it.
    assert template["Outputs"]["SignInDomain"]["Value"] == "login.example.org"


def test_a_given_pool_may_get_a_client_of_ours(tmp_path: Path) -> None:
    changes = "{'users': Users(existing_pool='eu-central-1_given', password_sign_in=True)}"

    template = alone(tmp_path, "identity", "IdentityStack", "dev", changes)

    assert the(template, CLIENT)["UserPoolId"] == "eu-central-1_given"
    assert "SignInDomain" not in template["Outputs"]


def test_a_given_pool_says_where_its_users_sign_in_unless_pages_may_ask_for_the_password() -> None:
    with pytest.raises(ValueError, match=r"users\.existing_domain"):
        Users(existing_pool="eu-central-1_given")


@pytest.mark.parametrize("stage", ["dev", "local"])
def test_users_come_back_to_pages_that_are_served_on_a_developers_machine(assembly: Assemblies, stage: str) -> None:
    client = the(assembly(stage).template("identity"), CLIENT)

    here = [f"http://{host}:{pages.DEV_PORT}" for host in ("127.0.0.1", "localhost")]
    assert client["CallbackURLs"] == [f"{origin}/signed-in" for origin in here]
    assert client["LogoutURLs"] == [f"{origin}/" for origin in here]


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_where_users_are_real_nobody_is_sent_to_a_page_without_tls(assembly: Assemblies, stage: str) -> None:
    client = the(assembly(stage).template("identity"), CLIENT)

    assert all(one.startswith("https://") for one in (*client["CallbackURLs"], *client["LogoutURLs"]))
