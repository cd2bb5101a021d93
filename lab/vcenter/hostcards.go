package main

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// virtualNicManager says which of a host's VMkernel cards serves which kind of traffic. Stock vcsim can't change it, and
// all of its hosts share what is selected.
type virtualNicManager struct {
	*simulator.HostVirtualNicManager
}

// SelectVnicForNicType has a card serve a kind of traffic.
func (m *virtualNicManager) SelectVnicForNicType(req *types.SelectVnicForNicType) soap.HasFault {
	fault := m.change(req.NicType, req.Device, func(selected []string, key string) []string {
		if slices.Contains(selected, key) {
			return selected
		}
		return append(selected, key)
	})
	return &methods.SelectVnicForNicTypeBody{Fault_: fault, Res: new(types.SelectVnicForNicTypeResponse)}
}

// DeselectVnicForNicType has a card serve a kind of traffic no more.
func (m *virtualNicManager) DeselectVnicForNicType(req *types.DeselectVnicForNicType) soap.HasFault {
	fault := m.change(req.NicType, req.Device, func(selected []string, key string) []string {
		return slices.DeleteFunc(selected, func(each string) bool { return each == key })
	})
	return &methods.DeselectVnicForNicTypeBody{Fault_: fault, Res: new(types.DeselectVnicForNicTypeResponse)}
}

func (m *virtualNicManager) change(kind, device string, f func(selected []string, key string) []string) *soap.Fault {
	configs := slices.Clone(m.Info.NetConfig)
	at := slices.IndexFunc(configs, func(c types.VirtualNicManagerNetConfig) bool { return c.NicType == kind })
	if at < 0 {
		return simulator.Fault("", &types.InvalidArgument{InvalidProperty: "nicType"})
	}
	candidate := slices.IndexFunc(configs[at].CandidateVnic, func(v types.HostVirtualNic) bool { return v.Device == device })
	if candidate < 0 {
		return simulator.Fault("", &types.InvalidArgument{InvalidProperty: "device"})
	}
	configs[at].SelectedVnic = f(slices.Clone(configs[at].SelectedVnic), configs[at].CandidateVnic[candidate].Key)
	m.Info.NetConfig = configs
	return nil
}

// completeCards has a new host tell of every kind of traffic; management alone is there in stock vcsim.
func completeCards(ctx *simulator.Context, h *simulator.HostSystem) {
	manager, ok := ctx.Map.Get(*h.ConfigManager.VirtualNicManager).(*simulator.HostVirtualNicManager)
	if !ok {
		return
	}
	configs := slices.Clone(manager.Info.NetConfig)
	for _, kind := range types.HostVirtualNicManagerNicType("").Strings() {
		if slices.ContainsFunc(configs, func(c types.VirtualNicManagerNetConfig) bool { return c.NicType == kind }) {
			continue
		}
		config := types.VirtualNicManagerNetConfig{NicType: kind, MultiSelectAllowed: true}
		for _, card := range h.Config.Network.Vnic {
			card.Key = kind + "." + card.Key
			config.CandidateVnic = append(config.CandidateVnic, card)
		}
		configs = append(configs, config)
	}
	manager.Info.NetConfig = configs
	h.Config.VirtualNicManagerInfo = &manager.Info
}
