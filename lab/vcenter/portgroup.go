package main

import (
	"strconv"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// portgroup keeps all of a distributed port group's configuration; what it doesn't set itself is its switch's.
type portgroup struct {
	*simulator.DistributedVirtualPortgroup
}

// CreateDVPortgroupTask creates one port group.
func (s *distributedSwitch) CreateDVPortgroupTask(ctx *simulator.Context, req *types.CreateDVPortgroup_Task) soap.HasFault {
	ref := runTask(ctx, s, "createDVPortgroup", func() (types.AnyType, types.BaseMethodFault) {
		made, fault := createPortgroup(ctx, s.DistributedVirtualSwitch, req.Spec, false)
		if fault != nil {
			return nil, fault
		}
		return made.Self, nil
	})
	return &methods.CreateDVPortgroup_TaskBody{Res: &types.CreateDVPortgroup_TaskResponse{Returnval: ref}}
}

// AddDVPortgroupTask creates port groups.
func (s *distributedSwitch) AddDVPortgroupTask(ctx *simulator.Context, req *types.AddDVPortgroup_Task) soap.HasFault {
	ref := runTask(ctx, s, "addDVPortgroup", func() (types.AnyType, types.BaseMethodFault) {
		for _, spec := range req.Spec {
			if _, fault := createPortgroup(ctx, s.DistributedVirtualSwitch, spec, false); fault != nil {
				return nil, fault
			}
		}
		return nil, nil
	})
	return &methods.AddDVPortgroup_TaskBody{Res: &types.AddDVPortgroup_TaskResponse{Returnval: ref}}
}

func createPortgroup(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch, spec types.DVPortgroupConfigSpec, uplink bool) (*simulator.DistributedVirtualPortgroup, types.BaseMethodFault) {
	in, ok := ancestor(ctx.Map, s, "Folder").(*simulator.Folder)
	if !ok {
		return nil, new(types.NotFound)
	}
	if found := ctx.Map.FindByName(spec.Name, in.ChildEntity); found != nil {
		return nil, &types.DuplicateName{Name: spec.Name, Object: found.Reference()}
	}
	group := new(simulator.DistributedVirtualPortgroup)
	group.Self.Type = "DistributedVirtualPortgroup"
	ctx.Map.NewEntity(group)
	group.Key, group.Name = group.Self.Value, spec.Name
	group.Entity().Name = spec.Name
	group.Config = newPortgroupConfig(s, group.Key, uplink)
	group.Summary = &types.NetworkSummary{Network: &group.Self, Name: spec.Name, Accessible: true}
	applyPortgroup(s, group, &spec)
	in.ChildEntity = with(in.ChildEntity, group.Self)
	ctx.Map.PutEntity(in, group)
	if datacenter, ok := ancestor(ctx.Map, in, "Datacenter").(*simulator.Datacenter); ok {
		datacenter.Network = with(datacenter.Network, group.Self)
	}
	s.Portgroup = with(s.Portgroup, group.Self)
	for _, ref := range s.Summary.HostMember {
		if h, ok := ctx.Map.Get(ref).(*simulator.HostSystem); ok {
			group.Host, h.Network = with(group.Host, ref), with(h.Network, group.Self)
			if parent := computeResourceOf(ctx, h); parent != nil {
				parent.Network = with(parent.Network, group.Self)
			}
		}
	}
	namePortgroups(ctx, s)
	return group, nil
}

func newPortgroupConfig(s *simulator.DistributedVirtualSwitch, key string, uplink bool) types.DVPortgroupConfigInfo {
	ref := s.Self
	return types.DVPortgroupConfigInfo{
		Key: key, DistributedVirtualSwitch: &ref, Type: string(types.DistributedVirtualPortgroupPortgroupTypeEarlyBinding),
		BackingType: string(types.DistributedVirtualPortgroupBackingTypeStandard), NumPorts: 0, AutoExpand: types.NewBool(true),
		ConfigVersion: "0", VmVnicNetworkResourcePoolKey: "-1", Uplink: types.NewBool(uplink),
		DefaultPortConfig: newPortSetting(portSettingOf(s)),
		Policy: &types.VMwareDVSPortgroupPolicy{
			DVPortgroupPolicy: types.DVPortgroupPolicy{
				BlockOverrideAllowed: true, PortConfigResetAtDisconnect: true,
				NetworkResourcePoolOverrideAllowed: types.NewBool(false), TrafficFilterOverrideAllowed: types.NewBool(false),
			},
			IpfixOverrideAllowed: types.NewBool(false), MacManagementOverrideAllowed: types.NewBool(false),
		},
	}
}

func portSettingOf(s *simulator.DistributedVirtualSwitch) *types.VMwareDVSPortSetting {
	return configOf(s).DefaultPortConfig.(*types.VMwareDVSPortSetting)
}

// applyPortgroup takes over what the spec sets. The configuration is replaced, not written in place.
func applyPortgroup(s *simulator.DistributedVirtualSwitch, group *simulator.DistributedVirtualPortgroup, given *types.DVPortgroupConfigSpec) {
	spec, config := *given, group.Config
	setting := clonePortSetting(config.DefaultPortConfig.(*types.VMwareDVSPortSetting))
	if wanted, ok := spec.DefaultPortConfig.(*types.VMwareDVSPortSetting); ok && wanted != nil {
		overridePortSetting(setting, wanted)
	}
	if spec.Policy != nil {
		config.Policy = spec.Policy // its flags are no pointers: it comes as a whole
	}
	version, _ := strconv.Atoi(config.ConfigVersion)
	spec.DefaultPortConfig, spec.Policy, spec.ConfigVersion = nil, nil, ""
	merge(&config, &spec)
	config.ConfigVersion = strconv.Itoa(version + 1)
	config.DefaultPortConfig = effective(portSettingOf(s), setting)
	group.Config = config
	group.PortKeys = make([]string, config.NumPorts)
	for i := range group.PortKeys {
		group.PortKeys[i] = strconv.Itoa(i)
	}
}

// effective is a port group's setting with what it inherits from the switch filled in anew.
func effective(ofSwitch, own *types.VMwareDVSPortSetting) *types.VMwareDVSPortSetting {
	setting := newPortSetting(ofSwitch)
	overridePortSetting(setting, own)
	return setting
}

// refreshPortgroups hands a switch's changed settings on to its port groups.
func refreshPortgroups(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch) {
	for _, group := range portgroupsOf(ctx, s) {
		config := group.Config
		config.DefaultPortConfig = effective(portSettingOf(s), config.DefaultPortConfig.(*types.VMwareDVSPortSetting))
		group.Config = config
	}
}

func portgroupsOf(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch) []*simulator.DistributedVirtualPortgroup {
	var groups []*simulator.DistributedVirtualPortgroup
	for _, ref := range s.Portgroup {
		if group, ok := ctx.Map.Get(ref).(*simulator.DistributedVirtualPortgroup); ok {
			groups = append(groups, group)
		}
	}
	return groups
}

// namePortgroups keeps the switch's list of its port groups' names.
func namePortgroups(ctx *simulator.Context, s *simulator.DistributedVirtualSwitch) {
	names := []string{}
	for _, group := range portgroupsOf(ctx, s) {
		names = append(names, group.Name)
	}
	s.Summary.PortgroupName = names
}

func (p *portgroup) owner(ctx *simulator.Context) *simulator.DistributedVirtualSwitch {
	s, _ := ctx.Map.Get(*p.Config.DistributedVirtualSwitch).(*simulator.DistributedVirtualSwitch)
	return s
}

// ReconfigureDVPortgroupTask takes over everything of the spec.
func (p *portgroup) ReconfigureDVPortgroupTask(ctx *simulator.Context, req *types.ReconfigureDVPortgroup_Task) soap.HasFault {
	ref := runTask(ctx, p, "reconfigureDvPortgroup", func() (types.AnyType, types.BaseMethodFault) {
		if wanted := req.Spec.ConfigVersion; wanted != "" && wanted != p.Config.ConfigVersion {
			return nil, new(types.ConcurrentAccess)
		}
		applyPortgroup(p.owner(ctx), p.DistributedVirtualPortgroup, &req.Spec)
		if req.Spec.Name != "" {
			p.setName(ctx, req.Spec.Name)
		}
		return nil, nil
	})
	return &methods.ReconfigureDVPortgroup_TaskBody{Res: &types.ReconfigureDVPortgroup_TaskResponse{Returnval: ref}}
}

// RenameTask renames the port group, its configuration included.
func (p *portgroup) RenameTask(ctx *simulator.Context, req *types.Rename_Task) soap.HasFault {
	ref := runTask(ctx, p, "rename", func() (types.AnyType, types.BaseMethodFault) {
		p.setName(ctx, req.NewName)
		return nil, nil
	})
	return &methods.Rename_TaskBody{Res: &types.Rename_TaskResponse{Returnval: ref}}
}

func (p *portgroup) setName(ctx *simulator.Context, name string) {
	p.Entity().Name, p.Config.Name = name, name
	p.DistributedVirtualPortgroup.Name = name
	p.Summary = &types.NetworkSummary{Network: &p.Self, Name: name, Accessible: true}
	namePortgroups(ctx, p.owner(ctx))
}

// DestroyTask removes the port group; machines on it are in the way.
func (p *portgroup) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	ref := runTask(ctx, p, "destroy", func() (types.AnyType, types.BaseMethodFault) {
		if len(p.Vm) != 0 {
			return nil, &types.ResourceInUse{Type: "DistributedVirtualPortgroup", Name: p.Name}
		}
		removePortgroup(ctx, p.DistributedVirtualPortgroup)
		return nil, nil
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: ref}}
}

func removePortgroup(ctx *simulator.Context, group *simulator.DistributedVirtualPortgroup) {
	for _, ref := range group.Host {
		if h, ok := ctx.Map.Get(ref).(*simulator.HostSystem); ok {
			h.Network = without(h.Network, group.Self)
			if parent := computeResourceOf(ctx, h); parent != nil {
				parent.Network = without(parent.Network, group.Self)
			}
		}
	}
	if s := (&portgroup{group}).owner(ctx); s != nil {
		s.Portgroup = without(s.Portgroup, group.Self)
		namePortgroups(ctx, s)
	}
	detach(ctx, group)
}
