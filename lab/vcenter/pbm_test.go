package main

import (
	"testing"

	"github.com/vmware/govmomi/pbm"
	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/vim25/types"
)

func TestStoragePolicyIsChangedAndKnown(t *testing.T) {
	r := start(t)
	client := r.login()
	policies, err := pbm.NewClient(background, client.Client)
	r.must(err)
	rules := &pbmtypes.PbmCapabilitySubProfileConstraints{}
	id, err := policies.CreateProfile(background, pbmtypes.PbmCapabilityProfileCreateSpec{
		Name: "gold", Category: string(pbmtypes.PbmProfileCategoryEnumREQUIREMENT), Constraints: rules,
		ResourceType: pbmtypes.PbmProfileResourceType{ResourceType: string(pbmtypes.PbmProfileResourceTypeEnumSTORAGE)},
	})
	r.must(err)
	r.must(policies.UpdateProfile(background, *id, pbmtypes.PbmCapabilityProfileUpdateSpec{Description: "fast"}))
	read, err := policies.RetrieveContent(background, []pbmtypes.PbmProfileId{*id})
	r.must(err)
	if made := read[0].GetPbmProfile(); made.Name != "gold" || made.Description != "fast" {
		t.Errorf("the policy is %+v: its description was changed, its name was not", made)
	}

	machine, err := r.finder(client).VirtualMachine(background, "old-sql-01")
	r.must(err)
	r.done(machine.Reconfigure(background, types.VirtualMachineConfigSpec{
		VmProfile: []types.BaseVirtualMachineProfileSpec{&types.VirtualMachineDefinedProfileSpec{ProfileId: id.UniqueId}},
	}))
	found, err := policies.QueryAssociatedProfile(background, pbmtypes.PbmServerObjectRef{
		ObjectType: string(pbmtypes.PbmObjectTypeVirtualMachine), Key: machine.Reference().Value,
	})
	r.must(err)
	if len(found) != 1 || found[0] != *id {
		t.Errorf("the machine's policies are %v, it was given %s", found, id.UniqueId)
	}
}
