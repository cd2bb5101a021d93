"""The shared services as enterprise applications: signed in to with one identity, by who has a role there (IDM-3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi
import pulumi_azuread as azuread

from identity.applications import Application, ApplicationRole
from reference.directory import Directory


class Applications(pulumi.ComponentResource):
    """An application, its service principal and its roles' groups, for each shared service.

    There are no client secrets: browsers prove themselves by PKCE, SAML answers are signed with a certificate, and what
    a server of its own needs is put in by hand (identity/manual_steps.yaml).

    Args:
        applications: what `applications.yaml` declares.
        directory: the groups.
        groups: object id of each group, by its key.
        domain: DNS domain in which the services answer.
        tenant_domain: the tenant's initial domain: the only one that names identifiers before others are verified.
        deployer: object id of who deploys, and so owns what it may change (Application.ReadWrite.OwnedBy).

    Attributes:
        client_ids: client id of each application, by its key.
    """

    client_ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        applications: Iterable[Application],
        directory: Directory,
        *,
        groups: Mapping[str, pulumi.Output[str]],
        domain: str,
        tenant_domain: str,
        deployer: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:identity:Applications", directory.platform, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._directory = directory
        self._groups = groups
        self._domain = domain
        self._tenant_domain = tenant_domain
        self._owners = [deployer]
        self.client_ids = {each.key: self._application(each) for each in applications}
        self.register_outputs({"applications": len(self.client_ids)})

    def _application(self, application: Application) -> pulumi.Output[str]:
        saml, reply = application.sso == "saml", [application.url(self._domain, application.reply)]
        browser = application.client == "browser"
        registered = azuread.Application(
            application.key,
            display_name=self._display_name(application),
            description=application.purpose,
            owners=self._owners,
            sign_in_audience="AzureADMyOrg",
            identifier_uris=[f"api://{self._tenant_domain}/{self._display_name(application)}"] if saml else None,
            app_roles=[_role(application, role) for role in application.roles],
            web=None if browser else azuread.ApplicationWebArgs(redirect_uris=reply),
            single_page_application=azuread.ApplicationSinglePageApplicationArgs(redirect_uris=reply)
            if browser
            else None,
            opts=self._child,
        )
        principal = azuread.ServicePrincipal(
            application.key,
            client_id=registered.client_id,
            owners=self._owners,
            app_role_assignment_required=True,
            preferred_single_sign_on_mode=application.sso,
            login_url=application.url(self._domain) if saml else None,
            feature_tags=[azuread.ServicePrincipalFeatureTagArgs(enterprise=True, custom_single_sign_on=saml)],
            opts=self._child,
        )
        if application.certificate_ends is not None:
            azuread.ServicePrincipalTokenSigningCertificate(
                application.key,
                service_principal_id=principal.id,
                display_name=f"CN={self._display_name(application)}",
                end_date=f"{application.certificate_ends}T00:00:00Z",
                opts=self._child,
            )
        self._assign(application, principal)
        return registered.client_id

    def _assign(self, application: Application, principal: azuread.ServicePrincipal) -> None:
        for role in application.roles:
            for group in (group for name in role.groups for group in self._directory.select(name)):
                azuread.AppRoleAssignment(
                    f"{application.key}/{role.value}/{group.key}",
                    app_role_id=application.role_id(role),
                    principal_object_id=self._groups[group.key],
                    resource_object_id=principal.object_id,
                    opts=self._child,
                )

    def _display_name(self, application: Application) -> str:
        return f"{self._directory.platform}-{application.key}"


def _role(application: Application, role: ApplicationRole) -> azuread.ApplicationAppRoleArgs:
    return azuread.ApplicationAppRoleArgs(
        id=application.role_id(role),
        value=role.value,
        display_name=role.name,
        description=f"{application.name}: {role.name}",
        allowed_member_types=["User"],
        enabled=True,
    )
