package main

import (
	"fmt"
	"time"

	"github.com/vmware/govmomi/pbm/methods"
	pbmsimulator "github.com/vmware/govmomi/pbm/simulator"
	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// profileManager lets storage policies be changed, and knows which machine and disk has which.
type profileManager struct {
	*pbmsimulator.ProfileManager
	vcenter *vcenter
}

// newPbm is the registry behind /pbm, with the profile manager repaired.
func newPbm(v *vcenter) *simulator.Registry {
	registry := pbmsimulator.New()
	for _, object := range registry.AllReference("PbmProfileProfileManager") {
		registry.Put(&profileManager{object.(*pbmsimulator.ProfileManager), v})
	}
	return registry
}

// PbmCreate refuses a name that is taken.
func (m *profileManager) PbmCreate(ctx *simulator.Context, req *pbmtypes.PbmCreate) soap.HasFault {
	for _, known := range m.all() {
		if known.Name == req.CreateSpec.Name {
			return &methods.PbmCreateBody{Fault_: simulator.Fault("", &pbmtypes.PbmDuplicateName{Name: known.Name})}
		}
	}
	return m.ProfileManager.PbmCreate(ctx, req)
}

func (m *profileManager) all() []*pbmtypes.PbmCapabilityProfile {
	details := m.ProfileManager.PbmQueryProfileDetails(new(pbmtypes.PbmQueryProfileDetails)).(*methods.PbmQueryProfileDetailsBody)
	var profiles []*pbmtypes.PbmCapabilityProfile
	for _, each := range details.Res.Returnval {
		if profile, ok := each.Profile.(*pbmtypes.PbmCapabilityProfile); ok {
			profiles = append(profiles, profile)
		}
	}
	return profiles
}

// PbmUpdate changes a policy's name, description and rules, as far as they are set.
func (m *profileManager) PbmUpdate(ctx *simulator.Context, req *pbmtypes.PbmUpdate) soap.HasFault {
	for _, profile := range m.all() {
		if profile.ProfileId != req.ProfileId {
			continue
		}
		if req.UpdateSpec.Name != "" {
			profile.Name = req.UpdateSpec.Name
		}
		if req.UpdateSpec.Description != "" {
			profile.Description = req.UpdateSpec.Description
		}
		if req.UpdateSpec.Constraints != nil {
			profile.Constraints = req.UpdateSpec.Constraints
		}
		profile.LastUpdatedTime, profile.LastUpdatedBy = time.Now(), ctx.Session.UserName
		profile.GenerationId++
		return &methods.PbmUpdateBody{Res: new(pbmtypes.PbmUpdateResponse)}
	}
	return &methods.PbmUpdateBody{Fault_: simulator.Fault("", &types.InvalidArgument{InvalidProperty: "profileId"})}
}

// PbmQueryAssociatedProfile tells the policy of a machine (vm-1) or a disk (vm-1:2000).
func (m *profileManager) PbmQueryAssociatedProfile(req *pbmtypes.PbmQueryAssociatedProfile) soap.HasFault {
	res := new(pbmtypes.PbmQueryAssociatedProfileResponse)
	if id := m.vcenter.policies[req.Entity.Key]; id != "" {
		res.Returnval = append(res.Returnval, pbmtypes.PbmProfileId{UniqueId: id})
	}
	return &methods.PbmQueryAssociatedProfileBody{Res: res}
}

// PbmQueryAssociatedProfiles does so for several.
func (m *profileManager) PbmQueryAssociatedProfiles(req *pbmtypes.PbmQueryAssociatedProfiles) soap.HasFault {
	res := new(pbmtypes.PbmQueryAssociatedProfilesResponse)
	for _, entity := range req.Entities {
		result := pbmtypes.PbmQueryProfileResult{Object: entity}
		if id := m.vcenter.policies[entity.Key]; id != "" {
			result.ProfileId = append(result.ProfileId, pbmtypes.PbmProfileId{UniqueId: id})
		}
		res.Returnval = append(res.Returnval, result)
	}
	return &methods.PbmQueryAssociatedProfilesBody{Res: res}
}

// notePolicies remembers the policies that a spec gives a machine and its disks. before are the disks it had.
func (v *vcenter) notePolicies(machine *simulator.VirtualMachine, spec *types.VirtualMachineConfigSpec, before map[int32]bool) {
	v.notePolicy(machine.Self.Value, spec.VmProfile)
	added := addedDisks(machine, before)
	for _, change := range spec.DeviceChange {
		change := change.GetVirtualDeviceConfigSpec()
		disk, ok := change.Device.(*types.VirtualDisk)
		if !ok || change.Operation == types.VirtualDeviceConfigSpecOperationRemove {
			continue
		}
		key := disk.Key
		if change.Operation == types.VirtualDeviceConfigSpecOperationAdd {
			if len(added) == 0 {
				continue
			}
			key, added = added[0], added[1:]
		}
		v.notePolicy(fmt.Sprintf("%s:%d", machine.Self.Value, key), change.Profile)
	}
}

func (v *vcenter) notePolicy(key string, profiles []types.BaseVirtualMachineProfileSpec) {
	for _, profile := range profiles {
		switch p := profile.(type) {
		case *types.VirtualMachineDefinedProfileSpec:
			v.policies[key] = p.ProfileId
		case *types.VirtualMachineEmptyProfileSpec:
			delete(v.policies, key)
		}
	}
}

// disksOf are the keys of a machine's disks.
func disksOf(machine *simulator.VirtualMachine) map[int32]bool {
	keys := make(map[int32]bool)
	for _, device := range machine.Config.Hardware.Device {
		if disk, ok := device.(*types.VirtualDisk); ok {
			keys[disk.Key] = true
		}
	}
	return keys
}

func addedDisks(machine *simulator.VirtualMachine, before map[int32]bool) []int32 {
	var added []int32
	for _, device := range machine.Config.Hardware.Device {
		if disk, ok := device.(*types.VirtualDisk); ok && !before[disk.Key] {
			added = append(added, disk.Key)
		}
	}
	return added
}
