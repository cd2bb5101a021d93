package main

import (
	"regexp"
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// authorization gives roles ids of their own and keeps permissions principal by principal.
type authorization struct {
	*simulator.AuthorizationManager
	vcenter *vcenter
}

// privilegeName is what a privilege's id looks like. The simulator knows ESXi's privileges only; vCenter has more.
var privilegeName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9_-]+)+$`)

// systemPrivileges are part of every role.
var systemPrivileges = []string{"System.Anonymous", "System.Read", "System.View"}

// firstRole is the id of the first role that is made; those below are vCenter's own.
const firstRole = 1001

func complete(ids []string) ([]string, *soap.Fault) {
	var all []string
	for _, id := range append(append([]string(nil), ids...), systemPrivileges...) {
		if !privilegeName.MatchString(id) {
			return nil, simulator.Fault("A specified parameter was not correct: privIds", &types.InvalidArgument{InvalidProperty: "privIds"})
		}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all, nil
}

func (a *authorization) role(id int32) int {
	return position(a.RoleList, func(r types.AuthorizationRole) bool { return r.RoleId == id })
}

func (a *authorization) nameTaken(name string, by int32) bool {
	return slices.ContainsFunc(a.RoleList, func(r types.AuthorizationRole) bool { return r.Name == name && r.RoleId != by })
}

// AddAuthorizationRole creates a role and answers with its id.
func (a *authorization) AddAuthorizationRole(req *types.AddAuthorizationRole) soap.HasFault {
	ids, fault := complete(req.PrivIds)
	if fault == nil && a.nameTaken(req.Name, 0) {
		fault = simulator.Fault("", &types.AlreadyExists{Name: req.Name})
	}
	if fault != nil {
		return &methods.AddAuthorizationRoleBody{Fault_: fault}
	}
	id := a.vcenter.nextRole
	a.vcenter.nextRole++
	a.RoleList = append(slices.Clone(a.RoleList), types.AuthorizationRole{
		RoleId: id, Name: req.Name, Privilege: ids, Info: &types.Description{Label: req.Name, Summary: req.Name},
	})
	return &methods.AddAuthorizationRoleBody{Res: &types.AddAuthorizationRoleResponse{Returnval: id}}
}

// UpdateAuthorizationRole renames a role and replaces its privileges.
func (a *authorization) UpdateAuthorizationRole(req *types.UpdateAuthorizationRole) soap.HasFault {
	at := a.role(req.RoleId)
	ids, fault := complete(req.PrivIds)
	switch {
	case fault != nil:
	case at < 0:
		fault = simulator.Fault("", new(types.NotFound))
	case a.RoleList[at].System:
		fault = simulator.Fault("", &types.InvalidArgument{InvalidProperty: "roleId"})
	case a.nameTaken(req.NewName, req.RoleId):
		fault = simulator.Fault("", &types.AlreadyExists{Name: req.NewName})
	}
	if fault != nil {
		return &methods.UpdateAuthorizationRoleBody{Fault_: fault}
	}
	roles := slices.Clone(a.RoleList)
	roles[at].Name, roles[at].Privilege = req.NewName, ids
	roles[at].Info = &types.Description{Label: req.NewName, Summary: req.NewName}
	a.RoleList = roles
	return &methods.UpdateAuthorizationRoleBody{Res: new(types.UpdateAuthorizationRoleResponse)}
}

// RemoveAuthorizationRole removes a role with its permissions, or refuses while it is in use.
func (a *authorization) RemoveAuthorizationRole(req *types.RemoveAuthorizationRole) soap.HasFault {
	at := a.role(req.RoleId)
	if at < 0 {
		return &methods.RemoveAuthorizationRoleBody{Fault_: simulator.Fault("", new(types.NotFound))}
	}
	name := a.RoleList[at].Name
	used := a.RetrieveRolePermissions(&types.RetrieveRolePermissions{RoleId: req.RoleId}).(*methods.RetrieveRolePermissionsBody).Res.Returnval
	if len(used) != 0 && req.FailIfUsed {
		return &methods.RemoveAuthorizationRoleBody{Fault_: simulator.Fault("", &types.ResourceInUse{Type: "AuthorizationRole", Name: name})}
	}
	for _, permission := range used {
		a.AuthorizationManager.RemoveEntityPermission(&types.RemoveEntityPermission{
			Entity: *permission.Entity, User: permission.Principal, IsGroup: permission.Group,
		})
	}
	a.RoleList = slices.Delete(slices.Clone(a.RoleList), at, at+1)
	return &methods.RemoveAuthorizationRoleBody{Res: new(types.RemoveAuthorizationRoleResponse)}
}

func (a *authorization) permissions(ctx *simulator.Context, entity types.ManagedObjectReference) []types.Permission {
	req := &types.RetrieveEntityPermissions{Entity: entity}
	return a.AuthorizationManager.RetrieveEntityPermissions(ctx, req).(*methods.RetrieveEntityPermissionsBody).Res.Returnval
}

func notFound(ref types.ManagedObjectReference) *soap.Fault {
	return simulator.Fault("", &types.ManagedObjectNotFound{Obj: ref})
}

// RetrieveEntityPermissions answers with an entity's permissions, on wish with those that come down from above.
func (a *authorization) RetrieveEntityPermissions(ctx *simulator.Context, req *types.RetrieveEntityPermissions) soap.HasFault {
	entity, ok := lookUp(ctx.Map, req.Entity).(mo.Entity)
	if !ok {
		return &methods.RetrieveEntityPermissionsBody{Fault_: notFound(req.Entity)}
	}
	all := slices.Clone(a.permissions(ctx, entity.Reference()))
	for above := entity; req.Inherited && above.Entity().Parent != nil; {
		if above, ok = ctx.Map.Get(*above.Entity().Parent).(mo.Entity); !ok {
			break
		}
		for _, permission := range a.permissions(ctx, above.Reference()) {
			if permission.Propagate {
				all = append(all, permission)
			}
		}
	}
	return &methods.RetrieveEntityPermissionsBody{Res: &types.RetrieveEntityPermissionsResponse{Returnval: all}}
}

// SetEntityPermissions adds permissions or changes those of the same principal; the others stay.
func (a *authorization) SetEntityPermissions(ctx *simulator.Context, req *types.SetEntityPermissions) soap.HasFault {
	entity := lookUp(ctx.Map, req.Entity)
	if entity == nil {
		return &methods.SetEntityPermissionsBody{Fault_: notFound(req.Entity)}
	}
	ref := entity.Reference()
	all := slices.Clone(a.permissions(ctx, ref))
	for _, wanted := range req.Permission {
		if a.role(wanted.RoleId) < 0 {
			return &methods.SetEntityPermissionsBody{Fault_: simulator.Fault("", new(types.NotFound))}
		}
		wanted.Entity = &ref
		at := position(all, func(p types.Permission) bool { return p.Principal == wanted.Principal && p.Group == wanted.Group })
		if at < 0 {
			all = append(all, wanted)
		} else {
			all[at] = wanted
		}
	}
	a.AuthorizationManager.SetEntityPermissions(&types.SetEntityPermissions{Entity: ref, Permission: all})
	return &methods.SetEntityPermissionsBody{Res: new(types.SetEntityPermissionsResponse)}
}

// RemoveEntityPermission removes one principal's permission, and says so if there is none.
func (a *authorization) RemoveEntityPermission(ctx *simulator.Context, req *types.RemoveEntityPermission) soap.HasFault {
	entity := lookUp(ctx.Map, req.Entity)
	if entity == nil {
		return &methods.RemoveEntityPermissionBody{Fault_: notFound(req.Entity)}
	}
	known := a.permissions(ctx, entity.Reference())
	if position(known, func(p types.Permission) bool { return p.Principal == req.User && p.Group == req.IsGroup }) < 0 {
		return &methods.RemoveEntityPermissionBody{Fault_: simulator.Fault("", new(types.NotFound))}
	}
	return a.AuthorizationManager.RemoveEntityPermission(&types.RemoveEntityPermission{
		Entity: entity.Reference(), User: req.User, IsGroup: req.IsGroup,
	})
}

// ResetEntityPermissions replaces all of an entity's permissions.
func (a *authorization) ResetEntityPermissions(ctx *simulator.Context, req *types.ResetEntityPermissions) soap.HasFault {
	entity := lookUp(ctx.Map, req.Entity)
	if entity == nil {
		return &methods.ResetEntityPermissionsBody{Fault_: notFound(req.Entity)}
	}
	a.AuthorizationManager.SetEntityPermissions(&types.SetEntityPermissions{Entity: entity.Reference()})
	if fault := a.SetEntityPermissions(ctx, &types.SetEntityPermissions{Entity: req.Entity, Permission: req.Permission}).Fault(); fault != nil {
		return &methods.ResetEntityPermissionsBody{Fault_: fault}
	}
	return &methods.ResetEntityPermissionsBody{Res: new(types.ResetEntityPermissionsResponse)}
}
