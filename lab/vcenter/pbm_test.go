package main

import (
	"fmt"
	"slices"
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

func TestDisksHaveStoragePoliciesOfTheirOwn(t *testing.T) {
	r := start(t)
	client := r.login()
	policies, err := pbm.NewClient(background, client.Client)
	r.must(err)
	create := func(name string) (*pbmtypes.PbmProfileId, error) {
		return policies.CreateProfile(background, pbmtypes.PbmCapabilityProfileCreateSpec{
			Name: name, Category: string(pbmtypes.PbmProfileCategoryEnumREQUIREMENT), Constraints: &pbmtypes.PbmCapabilitySubProfileConstraints{},
			ResourceType: pbmtypes.PbmProfileResourceType{ResourceType: string(pbmtypes.PbmProfileResourceTypeEnumSTORAGE)},
		})
	}
	id, err := create("gold")
	r.must(err)
	if _, err := create("gold"); err == nil {
		t.Error("two storage policies have one name")
	}
	if policies.UpdateProfile(background, pbmtypes.PbmProfileId{UniqueId: "none"}, pbmtypes.PbmCapabilityProfileUpdateSpec{}) == nil {
		t.Error("a storage policy was changed that is not there")
	}
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "golden", NumCPUs: 1, MemoryMB: 512, DeviceChange: devices()})
	disks := func() []int32 {
		t.Helper()
		list, err := machine.Device(background)
		r.must(err)
		var keys []int32
		for _, disk := range list.SelectByType(new(types.VirtualDisk)) {
			keys = append(keys, disk.GetVirtualDevice().Key)
		}
		return keys
	}
	profile := []types.BaseVirtualMachineProfileSpec{&types.VirtualMachineDefinedProfileSpec{ProfileId: id.UniqueId}}
	list, err := machine.Device(background)
	r.must(err)
	added := list.CreateDisk(list.PickController(new(types.ParaVirtualSCSIController)).(types.BaseVirtualController), types.ManagedObjectReference{}, "")
	added.CapacityInKB = 1024
	before := disks()
	r.done(machine.Reconfigure(background, types.VirtualMachineConfigSpec{DeviceChange: []types.BaseVirtualDeviceConfigSpec{
		&types.VirtualDeviceConfigSpec{
			Operation: types.VirtualDeviceConfigSpecOperationAdd, FileOperation: types.VirtualDeviceConfigSpecFileOperationCreate, Device: added, Profile: profile,
		},
		&types.VirtualDeviceConfigSpec{Operation: types.VirtualDeviceConfigSpecOperationEdit, Device: list.FindByKey(before[0]), Profile: profile},
	}}))
	var entities []pbmtypes.PbmServerObjectRef
	keys := disks()
	slices.Sort(keys) // the simulator puts an edited device last
	for _, key := range keys {
		entities = append(entities, pbmtypes.PbmServerObjectRef{
			ObjectType: string(pbmtypes.PbmObjectTypeVirtualDiskId), Key: fmt.Sprintf("%s:%d", machine.Reference().Value, key),
		})
	}
	found, err := policies.QueryAssociatedProfiles(background, entities)
	r.must(err)
	var with []bool
	for _, each := range found {
		with = append(with, len(each.ProfileId) == 1 && each.ProfileId[0] == *id)
	}
	if !slices.Equal(with, []bool{true, false, false, true}) {
		t.Errorf("of four disks the first and the new one have the policy, told is %v", with)
	}
}
