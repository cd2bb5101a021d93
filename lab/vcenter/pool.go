package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// resourcePool keeps all of a pool's allocation.
type resourcePool struct{ *simulator.ResourcePool }

// CreateResourcePool creates a pool with a summary of its own (the simulator's pools share one).
func (p *resourcePool) CreateResourcePool(ctx *simulator.Context, req *types.CreateResourcePool) soap.HasFault {
	body := p.ResourcePool.CreateResourcePool(ctx, req).(*methods.CreateResourcePoolBody)
	if body.Fault_ == nil {
		made := ctx.Map.Get(body.Res.Returnval).(*simulator.ResourcePool)
		setPool(made, &req.Spec)
		made.Summary.GetResourcePoolSummary().Name = req.Name
	}
	return body
}

// UpdateConfig renames the pool and takes over what the spec sets.
func (p *resourcePool) UpdateConfig(ctx *simulator.Context, req *types.UpdateConfig) soap.HasFault {
	if req.Name != "" && req.Name != p.Name {
		if above, ok := ctx.Map.Get(*p.Parent).(*simulator.ResourcePool); ok {
			if other := ctx.Map.FindByName(req.Name, above.ResourcePool.ResourcePool); other != nil {
				fault := simulator.Fault("", &types.DuplicateName{Name: req.Name, Object: other.Reference()})
				return &methods.UpdateConfigBody{Fault_: fault}
			}
		}
		p.rename(req.Name)
	}
	if req.Config != nil {
		setPool(p.ResourcePool, req.Config)
	}
	return &methods.UpdateConfigBody{Res: new(types.UpdateConfigResponse)}
}

// RenameTask renames the pool.
func (p *resourcePool) RenameTask(ctx *simulator.Context, req *types.Rename_Task) soap.HasFault {
	ref := runTask(ctx, p, "rename", func() (types.AnyType, types.BaseMethodFault) {
		p.rename(req.NewName)
		return nil, nil
	})
	return &methods.Rename_TaskBody{Res: &types.Rename_TaskResponse{Returnval: ref}}
}

func (p *resourcePool) rename(name string) {
	ownSummary(p.ResourcePool)
	p.Summary.GetResourcePoolSummary().Name = name
	p.Name, p.Entity().Name = name, name
}

// MoveIntoResourcePool moves pools and machines under this pool.
func (p *resourcePool) MoveIntoResourcePool(ctx *simulator.Context, req *types.MoveIntoResourcePool) soap.HasFault {
	for _, ref := range req.List {
		switch moved := ctx.Map.Get(ref).(type) {
		case *simulator.ResourcePool:
			if above, ok := ctx.Map.Get(*moved.Parent).(*simulator.ResourcePool); ok {
				above.ResourcePool.ResourcePool = without(above.ResourcePool.ResourcePool, ref)
			}
			p.ResourcePool.ResourcePool.ResourcePool = with(p.ResourcePool.ResourcePool.ResourcePool, ref)
			self := p.Self
			moved.Parent = &self
		case *simulator.VirtualMachine:
			p.takeMachine(ctx, moved)
		default:
			fault := simulator.Fault("", &types.InvalidArgument{InvalidProperty: "list"})
			return &methods.MoveIntoResourcePoolBody{Fault_: fault}
		}
	}
	return &methods.MoveIntoResourcePoolBody{Res: new(types.MoveIntoResourcePoolResponse)}
}

// takeMachine puts a machine into this pool.
func (p *resourcePool) takeMachine(ctx *simulator.Context, machine *simulator.VirtualMachine) {
	if above, ok := ctx.Map.Get(*machine.ResourcePool).(*simulator.ResourcePool); ok {
		above.Vm = without(above.Vm, machine.Self)
	}
	p.Vm = with(p.Vm, machine.Self)
	self := p.Self
	machine.ResourcePool = &self
}

func ownSummary(pool *simulator.ResourcePool) {
	if summary, ok := pool.Summary.(*types.ResourcePoolSummary); ok {
		own := *summary
		pool.Summary = &own
	}
}

// setPool takes over what the spec sets of the pool's allocation.
func setPool(pool *simulator.ResourcePool, spec *types.ResourceConfigSpec) {
	config := pool.Config
	merge(&config.CpuAllocation, &spec.CpuAllocation)
	merge(&config.MemoryAllocation, &spec.MemoryAllocation)
	fillShares(&config.CpuAllocation, 4000)
	fillShares(&config.MemoryAllocation, 163840)
	if spec.ScaleDescendantsShares != "" {
		config.ScaleDescendantsShares = spec.ScaleDescendantsShares
	}
	ownSummary(pool)
	pool.Summary.GetResourcePoolSummary().Config = config
	pool.Config = config
}
