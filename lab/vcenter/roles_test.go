package main

import (
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

func TestRoleInUseIsRemovedOnlyOnWish(t *testing.T) {
	r := start(t)
	client := r.login()
	manager := object.NewAuthorizationManager(client.Client)
	id, err := manager.AddRole(background, "operators", nil)
	r.must(err)
	if _, err := manager.AddRole(background, "operators", nil); err == nil {
		t.Error("two roles have one name")
	}
	if _, err := manager.AddRole(background, "odd", []string{"not a privilege"}); err == nil {
		t.Error("a role was made of what is no privilege")
	}
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	entity := folders.VmFolder.Reference()
	r.must(manager.SetEntityPermissions(background, entity, []types.Permission{{Principal: "GGVV\\a", Group: true, RoleId: id}}))
	if manager.RemoveRole(background, id, true) == nil {
		t.Error("a role was removed that is in use")
	}
	r.must(manager.RemoveRole(background, id, false))
	if left, err := manager.RetrieveEntityPermissions(background, entity, false); err != nil || len(left) != 0 {
		t.Errorf("permissions of a removed role are left: %v (%v)", left, err)
	}
	if manager.RemoveRole(background, id, false) == nil || manager.UpdateRole(background, id, "operators", nil) == nil {
		t.Error("a role that is not there was removed or changed")
	}
	if manager.UpdateRole(background, -1, "nobody", nil) == nil {
		t.Error("a role of vCenter's own was changed")
	}
}

func TestPermissionsComeDownAndAreReplaced(t *testing.T) {
	r := start(t)
	client := r.login()
	manager := object.NewAuthorizationManager(client.Client)
	id, err := manager.AddRole(background, "operators", nil)
	r.must(err)
	datacenter := mustDatacenter(r, r.finder(client))
	folders, err := datacenter.Folders(background)
	r.must(err)
	entity := folders.VmFolder.Reference()
	r.must(manager.SetEntityPermissions(background, datacenter.Reference(), []types.Permission{
		{Principal: "GGVV\\down", Group: true, RoleId: id, Propagate: true}, {Principal: "GGVV\\here", Group: true, RoleId: id},
	}))
	r.must(manager.SetEntityPermissions(background, entity, []types.Permission{{Principal: "GGVV\\own", Group: true, RoleId: id}}))
	names := func(inherited bool) map[string]bool {
		t.Helper()
		all, err := manager.RetrieveEntityPermissions(background, entity, inherited)
		r.must(err)
		found := make(map[string]bool)
		for _, each := range all {
			found[each.Principal] = true
		}
		return found
	}
	if got := names(true); !got["GGVV\\down"] || !got["GGVV\\own"] || got["GGVV\\here"] {
		t.Errorf("with those from above the permissions are of %v", got)
	}
	reset := func(of types.ManagedObjectReference, permissions ...types.Permission) error {
		_, err := methods.ResetEntityPermissions(background, client, &types.ResetEntityPermissions{This: manager.Reference(), Entity: of, Permission: permissions})
		return err
	}
	r.must(reset(entity, types.Permission{Principal: "GGVV\\other", Group: true, RoleId: id}))
	if got := names(false); len(got) != 1 || !got["GGVV\\other"] {
		t.Errorf("replaced, the permissions are of %v", got)
	}
	if manager.SetEntityPermissions(background, entity, []types.Permission{{Principal: "GGVV\\a", RoleId: 9999}}) == nil {
		t.Error("a permission was given with a role that is not there")
	}
	if manager.RemoveEntityPermission(background, entity, "GGVV\\nobody", true) == nil {
		t.Error("a permission was removed that is not there")
	}
	nowhere := types.ManagedObjectReference{Type: "Folder", Value: "group-none"}
	if manager.SetEntityPermissions(background, nowhere, nil) == nil || reset(nowhere) == nil ||
		manager.RemoveEntityPermission(background, nowhere, "GGVV\\a", true) == nil {
		t.Error("permissions of an object that is not there were changed")
	}
	if _, err := manager.RetrieveEntityPermissions(background, nowhere, false); err == nil {
		t.Error("an object that is not there has permissions")
	}
}
