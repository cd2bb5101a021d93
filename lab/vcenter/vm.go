package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// virtualMachine keeps what stock vcsim drops when a machine is reconfigured or renamed.
type virtualMachine struct {
	*simulator.VirtualMachine
	vcenter *vcenter
}

// ReconfigVMTask leaves the work to the simulator, after completing what it would replace as a whole.
func (m *virtualMachine) ReconfigVMTask(ctx *simulator.Context, req *types.ReconfigVM_Task) soap.HasFault {
	if config := m.Config; config != nil {
		if req.Spec.Flags != nil {
			flags := config.Flags
			merge(&flags, req.Spec.Flags)
			req.Spec.Flags = &flags
		}
		req.Spec.BootOptions = completed(config.BootOptions, req.Spec.BootOptions)
		req.Spec.Tools = completed(config.Tools, req.Spec.Tools)
		req.Spec.CpuAllocation = completed(config.CpuAllocation, req.Spec.CpuAllocation)
		req.Spec.MemoryAllocation = completed(config.MemoryAllocation, req.Spec.MemoryAllocation)
	}
	spec, before := req.Spec, disksOf(m.VirtualMachine)
	return m.vcenter.afterTask(func(types.AnyType) {
		keepVMSettings(m.VirtualMachine, &spec)
		completeDevices(m.VirtualMachine)
		noteNetworks(ctx.Map, m.Self, m.Network)
		m.vcenter.notePolicies(m.VirtualMachine, &spec, before)
	}, func() soap.HasFault { return m.VirtualMachine.ReconfigVMTask(ctx, req) })
}

// completed is what is known with what the spec sets; nil if the spec sets nothing.
func completed[T any](known, spec *T) *T {
	if known == nil || spec == nil {
		return spec
	}
	whole := *known
	merge(&whole, spec)
	return &whole
}

// keepVMSettings takes over the settings of a spec that stock vcsim leaves out.
func keepVMSettings(machine *simulator.VirtualMachine, spec *types.VirtualMachineConfigSpec) {
	if spec.SwapPlacement != "" {
		machine.Config.SwapPlacement = spec.SwapPlacement
	}
	if spec.VirtualICH7MPresent != nil {
		machine.Config.Hardware.VirtualICH7MPresent = spec.VirtualICH7MPresent
	}
	if spec.VirtualSMCPresent != nil {
		machine.Config.Hardware.VirtualSMCPresent = spec.VirtualSMCPresent
	}
	if spec.VPMCEnabled != nil {
		machine.Config.VPMCEnabled = spec.VPMCEnabled
	}
	keepTopology(machine, spec)
	if spec.CpuAllocation != nil {
		fillShares(machine.Config.CpuAllocation, 1000*machine.Config.Hardware.NumCPU)
	}
	if spec.MemoryAllocation != nil {
		fillShares(machine.Config.MemoryAllocation, 10*machine.Config.Hardware.MemoryMB)
	}
}

// keepTopology takes over how processors are shared out; 0 cores leave the choice to vCenter, which says so.
func keepTopology(machine *simulator.VirtualMachine, spec *types.VirtualMachineConfigSpec) {
	if spec.NumCoresPerSocket != nil {
		hardware := &machine.Config.Hardware
		cores := *spec.NumCoresPerSocket
		hardware.AutoCoresPerSocket = types.NewBool(cores == 0)
		if cores == 0 {
			cores = hardware.NumCPU
		}
		hardware.NumCoresPerSocket = &cores
	}
	if spec.VirtualNuma != nil {
		machine.Config.NumaInfo = newNuma(spec.VirtualNuma.CoresPerNumaNode)
	}
}

func newNuma(cores *int32) *types.VirtualMachineVirtualNumaInfo {
	auto := cores == nil || *cores == 0
	info := &types.VirtualMachineVirtualNumaInfo{AutoCoresPerNumaNode: types.NewBool(auto), VnumaOnCpuHotaddExposed: types.NewBool(false)}
	if !auto {
		info.CoresPerNumaNode = types.NewInt32(*cores)
	}
	return info
}

// fillShares sets the number that a level of shares stands for; normal is half of high and twice low.
func fillShares(info *types.ResourceAllocationInfo, normal int32) {
	if info == nil || info.Shares == nil {
		return
	}
	shares := *info.Shares
	switch shares.Level {
	case types.SharesLevelLow:
		shares.Shares = normal / 2
	case types.SharesLevelNormal:
		shares.Shares = normal
	case types.SharesLevelHigh:
		shares.Shares = normal * 2
	}
	info.Shares = &shares
}

// RenameTask renames the machine, its configuration included.
func (m *virtualMachine) RenameTask(ctx *simulator.Context, req *types.Rename_Task) soap.HasFault {
	return m.vcenter.afterTask(func(types.AnyType) {
		m.Config.Name, m.Summary.Config.Name = req.NewName, req.NewName
	}, func() soap.HasFault { return m.VirtualMachine.RenameTask(ctx, req) })
}

// UpgradeVMTask answers AlreadyUpgraded, as vCenter does, where there is nothing to upgrade.
func (m *virtualMachine) UpgradeVMTask(ctx *simulator.Context, req *types.UpgradeVM_Task) soap.HasFault {
	now, _ := types.ParseHardwareVersion(m.Config.Version)
	wanted, _ := types.ParseHardwareVersion(req.Version)
	if req.Version == "" || !now.IsValid() || !wanted.IsValid() || wanted > now {
		return m.VirtualMachine.UpgradeVMTask(ctx, req)
	}
	ref := runTask(ctx, m, "upgradeVm", func() (types.AnyType, types.BaseMethodFault) {
		return nil, &types.AlreadyUpgraded{}
	})
	return &methods.UpgradeVM_TaskBody{Res: &types.UpgradeVM_TaskResponse{Returnval: ref}}
}

// completeMachine gives a new machine, however it was made, what stock vcsim leaves out. An empty state is no value of
// its type, and strict clients (pyVmomi) refuse the whole answer.
func completeMachine(ctx *simulator.Context, machine *simulator.VirtualMachine) {
	for _, runtime := range []*types.VirtualMachineRuntimeInfo{&machine.Runtime, &machine.Summary.Runtime} {
		runtime.FaultToleranceState = types.VirtualMachineFaultToleranceStateNotConfigured
		runtime.RecordReplayState = types.VirtualMachineRecordReplayStateInactive
	}
	machine.GuestHeartbeatStatus = types.ManagedEntityStatusGray // no tools run in it
	if machine.Config.NumaInfo == nil {
		machine.Config.NumaInfo = newNuma(nil)
	}
	completeDevices(machine)
	noteNetworks(ctx.Map, machine.Self, machine.Network)
	giveBrowser(ctx, machine)
}
