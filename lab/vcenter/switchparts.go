package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// applyMembers adds, edits and removes the hosts of a switch.
func applyMembers(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch, specs []types.DistributedVirtualSwitchHostMemberConfigSpec) types.BaseMethodFault {
	for _, spec := range specs {
		h, ok := ctx.Map.Get(spec.Host).(*simulator.HostSystem)
		if !ok {
			return &types.ManagedObjectNotFound{Obj: spec.Host}
		}
		member := contains(s.Summary.HostMember, spec.Host)
		switch types.ConfigSpecOperation(spec.Operation) {
		case types.ConfigSpecOperationAdd:
			if member {
				return &types.AlreadyExists{Name: h.Name}
			}
			joinSwitch(ctx, s, h, spec)
		case types.ConfigSpecOperationEdit:
			if !member {
				return &types.NotFound{}
			}
			editMember(s, spec)
		case types.ConfigSpecOperationRemove:
			if fault := mayLeave(ctx, s, h); fault != nil {
				return fault
			}
			leaveSwitch(ctx, s, spec.Host)
		}
	}
	return nil
}

func joinSwitch(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch, h *simulator.HostSystem, spec types.DistributedVirtualSwitchHostMemberConfigSpec) {
	config := configOf(s)
	ref := spec.Host
	config.Host = append(append([]types.DistributedVirtualSwitchHostMember(nil), config.Host...), types.DistributedVirtualSwitchHostMember{
		Status: string(types.DistributedVirtualSwitchHostMemberHostComponentStateUp),
		Config: types.DistributedVirtualSwitchHostMemberConfigInfo{
			Host: &ref, Backing: backing(spec), MaxProxySwitchPorts: max(spec.MaxProxySwitchPorts, 512), VendorSpecificConfig: spec.VendorSpecificConfig,
		},
	})
	setMembers(s, with(s.Summary.HostMember, ref))
	parent := computeResourceOf(ctx, h)
	for _, group := range portgroupsOf(ctx, s) {
		group.Host = with(group.Host, ref)
		h.Network = with(h.Network, group.Self)
		if parent != nil {
			parent.Network = with(parent.Network, group.Self)
		}
	}
}

func backing(spec types.DistributedVirtualSwitchHostMemberConfigSpec) types.BaseDistributedVirtualSwitchHostMemberBacking {
	if spec.Backing != nil {
		return spec.Backing
	}
	return new(types.DistributedVirtualSwitchHostMemberPnicBacking)
}

func editMember(s *simulator.DistributedVirtualSwitch, spec types.DistributedVirtualSwitchHostMemberConfigSpec) {
	members := append([]types.DistributedVirtualSwitchHostMember(nil), configOf(s).Host...)
	for i := range members {
		if *members[i].Config.Host != spec.Host {
			continue
		}
		if spec.Backing != nil {
			members[i].Config.Backing = spec.Backing
		}
		if spec.MaxProxySwitchPorts != 0 {
			members[i].Config.MaxProxySwitchPorts = spec.MaxProxySwitchPorts
		}
		if spec.VendorSpecificConfig != nil {
			members[i].Config.VendorSpecificConfig = spec.VendorSpecificConfig
		}
	}
	configOf(s).Host = members
}

// mayLeave refuses to take a host off a switch that its machines use.
func mayLeave(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch, h *simulator.HostSystem) types.BaseMethodFault {
	for _, ref := range h.Vm {
		if machine, ok := ctx.Map.Get(ref).(*simulator.VirtualMachine); ok {
			if simulator.FindReference(machine.Network, s.Portgroup...) != nil {
				return &types.ResourceInUse{Type: "VirtualMachine", Name: machine.Name}
			}
		}
	}
	return nil
}

// leaveSwitch takes a host off a switch; nothing happens where it is no member.
func leaveSwitch(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch, ref types.ManagedObjectReference) {
	config := configOf(s)
	var members []types.DistributedVirtualSwitchHostMember
	for _, member := range config.Host {
		if *member.Config.Host != ref {
			members = append(members, member)
		}
	}
	config.Host = members
	setMembers(s, without(s.Summary.HostMember, ref))
	h, _ := ctx.Map.Get(ref).(*simulator.HostSystem)
	for _, group := range portgroupsOf(ctx, s) {
		group.Host = without(group.Host, ref)
		if h != nil {
			h.Network = without(h.Network, group.Self)
		}
	}
}

func setMembers(s *simulator.DistributedVirtualSwitch, hosts []types.ManagedObjectReference) {
	s.Summary.HostMember, s.Summary.Host, s.Summary.NumHosts = hosts, hosts, int32(len(hosts))
}

// newTrafficShares is what a new switch gives each kind of traffic.
func newTrafficShares() []types.DvsHostInfrastructureTrafficResource {
	var all []types.DvsHostInfrastructureTrafficResource
	for _, key := range []string{"management", "faultTolerance", "vmotion", "virtualMachine", "iSCSI", "nfs", "hbr", "vsan", "vdp", "backupNfc", "nvmetcp", "provisioning"} {
		shares := types.SharesInfo{Shares: 50, Level: types.SharesLevelNormal}
		if key == "virtualMachine" {
			shares = types.SharesInfo{Shares: 100, Level: types.SharesLevelHigh}
		}
		all = append(all, types.DvsHostInfrastructureTrafficResource{
			Key: key, Description: key,
			AllocationInfo: types.DvsHostInfrastructureTrafficResourceAllocation{
				Limit: types.NewInt64(-1), Shares: &shares, Reservation: types.NewInt64(0),
			},
		})
	}
	return all
}

// mergeTraffic takes over the kinds of traffic that the spec names.
func mergeTraffic(known, specs []types.DvsHostInfrastructureTrafficResource) []types.DvsHostInfrastructureTrafficResource {
	all := append([]types.DvsHostInfrastructureTrafficResource(nil), known...)
	for _, spec := range specs {
		at := position(all, func(each types.DvsHostInfrastructureTrafficResource) bool { return each.Key == spec.Key })
		if at < 0 {
			all = append(all, spec)
			continue
		}
		to := &all[at].AllocationInfo
		if spec.AllocationInfo.Limit != nil {
			to.Limit = spec.AllocationInfo.Limit
		}
		if spec.AllocationInfo.Reservation != nil {
			to.Reservation = spec.AllocationInfo.Reservation
		}
		if wanted := spec.AllocationInfo.Shares; wanted != nil {
			shares := *wanted
			to.Shares = &shares
			if number, ok := map[types.SharesLevel]int32{"low": 25, "normal": 50, "high": 100}[shares.Level]; ok {
				shares.Shares = number
			}
		}
	}
	return all
}

// applyPvlans adds, edits and removes private VLANs.
func applyPvlans(known []types.VMwareDVSPvlanMapEntry, specs []types.VMwareDVSPvlanConfigSpec) []types.VMwareDVSPvlanMapEntry {
	all := append([]types.VMwareDVSPvlanMapEntry(nil), known...)
	for _, spec := range specs {
		at := position(all, func(each types.VMwareDVSPvlanMapEntry) bool {
			return each.PrimaryVlanId == spec.PvlanEntry.PrimaryVlanId && each.SecondaryVlanId == spec.PvlanEntry.SecondaryVlanId
		})
		switch {
		case at < 0 && spec.Operation != string(types.ConfigSpecOperationRemove):
			all = append(all, spec.PvlanEntry)
		case at >= 0 && spec.Operation == string(types.ConfigSpecOperationRemove):
			all = append(all[:at], all[at+1:]...)
		case at >= 0:
			all[at] = spec.PvlanEntry
		}
	}
	return all
}
