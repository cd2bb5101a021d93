package main

import (
	"github.com/google/uuid"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// folder creates things in full, and takes what is in it along when it is destroyed.
type folder struct {
	*simulator.Folder
	vcenter *vcenter
}

// CreateDVSTask creates a VmwareDistributedVirtualSwitch.
func (f *folder) CreateDVSTask(ctx *simulator.Context, req *types.CreateDVS_Task) soap.HasFault {
	ref := runTask(ctx, f, "createDVS", func() (types.AnyType, types.BaseMethodFault) {
		return createSwitch(ctx, f.Folder, &req.Spec)
	})
	return &methods.CreateDVS_TaskBody{Res: &types.CreateDVS_TaskResponse{Returnval: ref}}
}

// CreateClusterEx creates a cluster with the configuration given.
func (f *folder) CreateClusterEx(ctx *simulator.Context, req *types.CreateClusterEx) soap.HasFault {
	body := f.Folder.CreateClusterEx(ctx, req).(*methods.CreateClusterExBody)
	if body.Fault_ != nil {
		return body
	}
	made := &cluster{ctx.Map.Get(body.Res.Returnval).(*simulator.ClusterComputeResource)}
	if fault := made.reconfigure(ctx, &req.Spec); fault != nil {
		return &methods.CreateClusterExBody{Fault_: simulator.Fault("", fault)}
	}
	return body
}

// CreateVMTask chooses a host where the client doesn't (the simulator would mix up the cluster's list of hosts), and
// keeps the settings that it leaves out. Ids are random: the simulator makes them from the file's path, so that two
// machines of one name in two datacenters would be found as one.
func (f *folder) CreateVMTask(ctx *simulator.Context, req *types.CreateVM_Task) soap.HasFault {
	for _, id := range []*string{&req.Config.Uuid, &req.Config.InstanceUuid} {
		if *id == "" {
			*id = uuid.NewString()
		}
	}
	if req.Host == nil {
		chosen, fault := chooseHost(ctx, req.Pool, req.Config.Files)
		if fault != nil {
			ref := runTask(ctx, f, "createVm", func() (types.AnyType, types.BaseMethodFault) { return nil, fault })
			return &methods.CreateVM_TaskBody{Res: &types.CreateVM_TaskResponse{Returnval: ref}}
		}
		req.Host = chosen
	}
	return f.vcenter.afterTask(func(result types.AnyType) {
		if ref, ok := result.(types.ManagedObjectReference); ok {
			machine := ctx.Map.Get(ref).(*simulator.VirtualMachine)
			keepVMSettings(machine, &req.Config)
			f.vcenter.notePolicies(machine, &req.Config, nil)
		}
	}, func() soap.HasFault { return f.Folder.CreateVMTask(ctx, req) })
}

// chooseHost is the host with the fewest machines among those of the pool that can carry the new one.
func chooseHost(ctx *simulator.Context, pool types.ManagedObjectReference, files *types.VirtualMachineFileInfo) (*types.ManagedObjectReference, types.BaseMethodFault) {
	entity, ok := lookUp(ctx.Map, pool).(mo.Entity)
	if !ok {
		return nil, &types.ManagedObjectNotFound{Obj: pool}
	}
	var hosts []types.ManagedObjectReference
	switch owner := ancestor(ctx.Map, entity, "ClusterComputeResource", "ComputeResource").(type) {
	case *simulator.ClusterComputeResource:
		hosts = owner.Host
	case *mo.ComputeResource:
		hosts = owner.Host
	}
	var where object.DatastorePath
	if files == nil || !where.FromString(files.VmPathName) {
		return nil, &types.InvalidDatastorePath{}
	}
	var best *simulator.HostSystem
	for _, ref := range hosts {
		h, ok := ctx.Map.Get(ref).(*simulator.HostSystem)
		if ok && canCarry(ctx, h, where.Datastore) && (best == nil || len(h.Vm) < len(best.Vm)) {
			best = h
		}
	}
	if best == nil {
		return nil, &types.InvalidArgument{InvalidProperty: "configSpec.files.vmPathName"}
	}
	return &best.Self, nil
}

func canCarry(ctx *simulator.Context, h *simulator.HostSystem, store string) bool {
	return !h.Runtime.InMaintenanceMode && h.Runtime.ConnectionState == types.HostSystemConnectionStateConnected &&
		ctx.Map.FindByName(store, h.Datastore) != nil
}

// MoveIntoFolderTask moves entities; a host that leaves its cluster for a folder stands alone from then on.
func (f *folder) MoveIntoFolderTask(ctx *simulator.Context, req *types.MoveIntoFolder_Task) soap.HasFault {
	hosts, others := []types.ManagedObjectReference{}, []types.ManagedObjectReference{}
	for _, ref := range req.List {
		if ref.Type == "HostSystem" {
			hosts = append(hosts, ref)
		} else if found := lookUp(ctx.Map, ref); found != nil {
			others = append(others, found.Reference())
		}
	}
	if len(hosts) == 0 {
		ref := runTask(ctx, f, "moveIntoFolder", func() (types.AnyType, types.BaseMethodFault) {
			return nil, f.move(ctx, others)
		})
		return &methods.MoveIntoFolder_TaskBody{Res: &types.MoveIntoFolder_TaskResponse{Returnval: ref}}
	}
	ref := runTask(ctx, f, "moveIntoFolder", func() (types.AnyType, types.BaseMethodFault) {
		for _, each := range hosts {
			if h, ok := ctx.Map.Get(each).(*simulator.HostSystem); ok {
				if fault := f.standAlone(ctx, h); fault != nil {
					return nil, fault
				}
			}
		}
		return nil, f.move(ctx, others)
	})
	return &methods.MoveIntoFolder_TaskBody{Res: &types.MoveIntoFolder_TaskResponse{Returnval: ref}}
}

// move takes entities out of the folders they are in and puts them into this one.
func (f *folder) move(ctx *simulator.Context, refs []types.ManagedObjectReference) types.BaseMethodFault {
	for _, ref := range refs {
		entity, ok := ctx.Map.Get(ref).(mo.Entity)
		if !ok {
			return &types.ManagedObjectNotFound{Obj: ref}
		}
		if other := ctx.Map.FindByName(nameOf(entity), f.ChildEntity); other != nil && other.Reference() != ref {
			return &types.DuplicateName{Name: nameOf(entity), Object: other.Reference()}
		}
		if from := entity.Entity().Parent; from != nil {
			if before, ok := managedFolder(ctx.Map.Get(*from)); ok {
				before.ChildEntity = without(before.ChildEntity, ref)
			}
		}
		self := f.Self
		entity.Entity().Parent = &self
		f.ChildEntity = with(f.ChildEntity, ref)
	}
	return nil
}

func managedFolder(object mo.Reference) (*mo.Folder, bool) {
	switch x := object.(type) {
	case *simulator.Folder:
		return &x.Folder, true
	case *simulator.StoragePod:
		return &x.Folder, true
	}
	return nil, false
}

func nameOf(entity mo.Entity) string { return entity.Entity().Name }

// DestroyTask destroys what is in the folder, then the folder. Stock vcsim leaves the content behind.
func (f *folder) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	return f.vcenter.destroyWithContent(ctx, f.Folder, f.ChildEntity)
}

// storagePod is a datastore cluster, which stock vcsim can't destroy.
type storagePod struct {
	*simulator.StoragePod
	vcenter *vcenter
}

// DestroyTask destroys the datastores of the cluster, then the cluster.
func (p *storagePod) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	return p.vcenter.destroyWithContent(ctx, p.StoragePod, p.ChildEntity)
}

func (v *vcenter) destroyWithContent(ctx *simulator.Context, entity mo.Entity, content []types.ManagedObjectReference) soap.HasFault {
	ref := runTask(ctx, entity, "destroy", func() (types.AnyType, types.BaseMethodFault) {
		for _, child := range append([]types.ManagedObjectReference(nil), content...) {
			if fault := v.destroy(ctx, child); fault != nil {
				return nil, fault
			}
		}
		detach(ctx, entity)
		return nil, nil
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: ref}}
}

// destroy runs an object's own Destroy_Task to its end.
func (v *vcenter) destroy(ctx *simulator.Context, ref types.ManagedObjectReference) types.BaseMethodFault {
	object := ctx.Map.Get(ref)
	if repaired := v.repaired(object); repaired != nil {
		object = repaired
	}
	destroyer, ok := object.(interface {
		DestroyTask(*simulator.Context, *types.Destroy_Task) soap.HasFault
	})
	if !ok {
		return nil
	}
	body := destroyer.DestroyTask(ctx, &types.Destroy_Task{This: ref}).(*methods.Destroy_TaskBody)
	if body.Fault_ != nil {
		fault, _ := body.Fault_.Detail.Fault.(types.BaseMethodFault)
		return fault
	}
	task := ctx.Map.Get(body.Res.Returnval).(*simulator.Task)
	task.Wait()
	if task.Info.Error != nil {
		return task.Info.Error.Fault
	}
	return nil
}
