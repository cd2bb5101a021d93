package main

import (
	"os"
	"path"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// tebibyte is what each datastore is said to have, times storeSize.
const (
	tebibyte  = int64(1) << 40
	storeSize = 64
)

// datastoreSystem mounts datastores on a host. Each is backed by a directory of our own, whatever it is said to be.
type datastoreSystem struct {
	*simulator.HostDatastoreSystem
	vcenter *vcenter
}

// CreateNasDatastore mounts an NFS share, which other hosts can mount as well.
func (d *datastoreSystem) CreateNasDatastore(ctx *simulator.Context, req *types.CreateNasDatastore) soap.HasFault {
	spec := req.Spec
	if spec.RemoteHost == "" && len(spec.RemoteHostNames) > 0 {
		spec.RemoteHost = spec.RemoteHostNames[0]
	}
	for property, value := range map[string]string{"remoteHost": spec.RemoteHost, "remotePath": spec.RemotePath, "localPath": spec.LocalPath} {
		if value == "" {
			return &methods.CreateNasDatastoreBody{Fault_: simulator.Fault(
				"A specified parameter was not correct: spec."+property, &types.InvalidArgument{InvalidProperty: "spec." + property})}
		}
	}
	if len(spec.RemoteHostNames) == 0 {
		spec.RemoteHostNames = []string{spec.RemoteHost}
	}
	if spec.Type == "" {
		spec.Type = string(types.HostFileSystemVolumeFileSystemTypeNFS)
	}
	name := path.Base(spec.LocalPath)
	directory, err := d.directory()
	if err != nil {
		return &methods.CreateNasDatastoreBody{Fault_: simulator.Fault(err.Error(), new(types.HostConfigFault))}
	}
	store := newStore(name, directory, spec.Type)
	store.Info = &types.NasDatastoreInfo{
		DatastoreInfo: types.DatastoreInfo{Name: name, Url: directory},
		Nas: &types.HostNasVolume{
			HostFileSystemVolume: types.HostFileSystemVolume{Type: spec.Type, Name: name, Capacity: storeSize * tebibyte},
			RemoteHost:           spec.RemoteHost, RemotePath: spec.RemotePath, UserName: spec.UserName, RemoteHostNames: spec.RemoteHostNames,
			SecurityType: spec.SecurityType, ProtocolEndpoint: types.NewBool(false),
		},
	}
	ref, fault := mount(ctx, d.HostDatastoreSystem, store, types.HostMountInfo{AccessMode: spec.AccessMode})
	if ref != store.Self || fault != nil {
		_ = os.Remove(directory) // empty: the share was there already, or can't be mounted
	}
	if fault != nil {
		return &methods.CreateNasDatastoreBody{Fault_: simulator.Fault("", fault)}
	}
	return &methods.CreateNasDatastoreBody{Res: &types.CreateNasDatastoreResponse{Returnval: ref}}
}

func (d *datastoreSystem) directory() (string, error) {
	directory := filepath.Join(d.vcenter.state, "datastore-"+uuid.NewString())
	return directory, os.MkdirAll(directory, 0o700)
}

// RemoveDatastore unmounts the datastore from this host; the last host takes it out of the inventory.
func (d *datastoreSystem) RemoveDatastore(ctx *simulator.Context, req *types.RemoveDatastore) soap.HasFault {
	store, ok := ctx.Map.Get(req.Datastore).(*simulator.Datastore)
	if !ok {
		return &methods.RemoveDatastoreBody{Fault_: simulator.Fault("", &types.ManagedObjectNotFound{Obj: req.Datastore})}
	}
	if fault := d.remove(ctx, store); fault != nil {
		return &methods.RemoveDatastoreBody{Fault_: simulator.Fault("", fault)}
	}
	return &methods.RemoveDatastoreBody{Res: new(types.RemoveDatastoreResponse)}
}

// RemoveDatastoreExTask unmounts several.
func (d *datastoreSystem) RemoveDatastoreExTask(ctx *simulator.Context, req *types.RemoveDatastoreEx_Task) soap.HasFault {
	ref := runTask(ctx, d, "removeDatastoreEx", func() (types.AnyType, types.BaseMethodFault) {
		for _, each := range req.Datastore {
			if store, ok := ctx.Map.Get(each).(*simulator.Datastore); ok {
				if fault := d.remove(ctx, store); fault != nil {
					return nil, fault
				}
			}
		}
		return nil, nil
	})
	return &methods.RemoveDatastoreEx_TaskBody{Res: &types.RemoveDatastoreEx_TaskResponse{Returnval: ref}}
}

func (d *datastoreSystem) remove(ctx *simulator.Context, store *simulator.Datastore) types.BaseMethodFault {
	for _, ref := range store.Vm {
		machine, ok := ctx.Map.Get(ref).(*simulator.VirtualMachine)
		if ok && machine.Runtime.Host != nil && *machine.Runtime.Host == d.Host.Self {
			return &types.ResourceInUse{Type: "Datastore", Name: store.Name}
		}
	}
	d.release(ctx, store)
	return nil
}

// release unmounts a datastore from this host.
func (d *datastoreSystem) release(ctx *simulator.Context, store *simulator.Datastore) {
	unmount(store, d.Host.Self)
	d.Datastore = without(d.Datastore, store.Self)
	d.Host.Datastore = without(d.Host.Datastore, store.Self)
	if h, ok := ctx.Map.Get(d.Host.Self).(*simulator.HostSystem); ok {
		if parent := computeResourceOf(ctx, h); parent != nil {
			mergeHostDatastores(ctx, parent)
		}
	}
	if len(store.Host) == 0 {
		removeStore(ctx, store)
	}
}

// newStore is a datastore that is not yet mounted anywhere.
func newStore(name, directory, kind string) *simulator.Datastore {
	store := new(simulator.Datastore)
	store.Name = name
	store.Summary = types.DatastoreSummary{
		Name: name, Url: directory, Type: kind, Accessible: true, MultipleHostAccess: types.NewBool(false),
		Capacity: storeSize * tebibyte, FreeSpace: storeSize * tebibyte,
		MaintenanceMode: string(types.DatastoreSummaryMaintenanceModeStateNormal),
	}
	store.Capability = types.DatastoreCapability{
		DirectoryHierarchySupported: true, PerFileThinProvisioningSupported: true, StorageIORMSupported: true,
		SeSparseSupported: types.NewBool(false), TopLevelDirectoryCreateSupported: types.NewBool(true),
	}
	return store
}

// mount mounts a datastore on a host. A datastore of that name in the datacenter is taken to be the same one if it is
// the same share, so the reference returned may be another than the given datastore's.
func mount(ctx *simulator.Context, system *simulator.HostDatastoreSystem, store *simulator.Datastore, how types.HostMountInfo) (types.ManagedObjectReference, types.BaseMethodFault) {
	none := types.ManagedObjectReference{}
	datacenter, ok := ancestor(ctx.Map, system.Host, "Datacenter").(*simulator.Datacenter)
	if !ok {
		return none, new(types.HostConfigFault)
	}
	known := storeByName(ctx, datacenter, store.Name)
	if known != nil && (!sameShare(known, store) || contains(system.Datastore, known.Self)) {
		return none, &types.DuplicateName{Name: store.Name, Object: known.Self}
	}
	if known == nil {
		known = store
		putStore(ctx, datacenter, store)
	}
	if how.AccessMode == "" {
		how.AccessMode = string(types.HostMountModeReadWrite)
	}
	how.Path = "/vmfs/volumes/" + known.Name
	how.Mounted, how.Accessible = types.NewBool(true), types.NewBool(true)
	mounts := append([]types.DatastoreHostMount(nil), known.Host...)
	known.Host = append(mounts, types.DatastoreHostMount{Key: system.Host.Self, MountInfo: how})
	known.Summary.MultipleHostAccess = types.NewBool(len(known.Host) > 1)
	system.Datastore = with(system.Datastore, known.Self)
	system.Host.Datastore = with(system.Host.Datastore, known.Self)
	if h, ok := ctx.Map.Get(system.Host.Self).(*simulator.HostSystem); ok {
		if parent := computeResourceOf(ctx, h); parent != nil {
			mergeHostDatastores(ctx, parent)
		}
	}
	browse(ctx, known)
	return known.Self, nil
}

func putStore(ctx *simulator.Context, datacenter *simulator.Datacenter, store *simulator.Datastore) {
	in := ctx.Map.Get(datacenter.DatastoreFolder).(*simulator.Folder)
	store.Self.Type = "Datastore"
	ctx.Map.NewEntity(store)
	ref := store.Self
	store.Summary.Datastore = &ref
	in.ChildEntity = with(in.ChildEntity, store.Self)
	ctx.Map.PutEntity(in, store)
	datacenter.Datastore = with(datacenter.Datastore, store.Self)
}

// browse gives the datastore its browser, which must know the datastore.
func browse(ctx *simulator.Context, store *simulator.Datastore) {
	if store.Browser.Value != "" {
		return
	}
	browser := new(simulator.HostDatastoreBrowser)
	browser.Datastore = []types.ManagedObjectReference{store.Self}
	store.Browser = ctx.Map.Put(browser).Reference()
}

func storeByName(ctx *simulator.Context, datacenter *simulator.Datacenter, name string) *simulator.Datastore {
	for _, ref := range datacenter.Datastore {
		if store, ok := ctx.Map.Get(ref).(*simulator.Datastore); ok && store.Name == name {
			return store
		}
	}
	return nil
}

func sameShare(a, b *simulator.Datastore) bool {
	x, isNas := a.Info.(*types.NasDatastoreInfo)
	y, alike := b.Info.(*types.NasDatastoreInfo)
	if isNas != alike {
		return false
	}
	if isNas {
		return x.Nas.RemoteHost == y.Nas.RemoteHost && x.Nas.RemotePath == y.Nas.RemotePath
	}
	return a.Summary.Url == b.Summary.Url
}

func unmount(store *simulator.Datastore, from types.ManagedObjectReference) {
	var left []types.DatastoreHostMount
	for _, each := range store.Host {
		if each.Key != from {
			left = append(left, each)
		}
	}
	store.Host = left
	store.Summary.MultipleHostAccess = types.NewBool(len(left) > 1)
}

// removeStore takes a datastore out of the inventory, its files too.
func removeStore(ctx *simulator.Context, store *simulator.Datastore) {
	if store.Browser.Value != "" {
		ctx.Map.Remove(ctx, store.Browser)
	}
	detach(ctx, store)
	_ = os.RemoveAll(store.Summary.Url) // one of our own directories, whatever share it stood for
}

// datastore is renamed and destroyed as a whole.
type datastore struct{ *simulator.Datastore }

// RenameTask renames the datastore and what shows its name.
func (d *datastore) RenameTask(ctx *simulator.Context, req *types.Rename_Task) soap.HasFault {
	ref := runTask(ctx, d, "rename", func() (types.AnyType, types.BaseMethodFault) {
		renameStore(d.Datastore, req.NewName)
		return nil, nil
	})
	return &methods.Rename_TaskBody{Res: &types.Rename_TaskResponse{Returnval: ref}}
}

// RenameDatastore is the older form of the same.
func (d *datastore) RenameDatastore(req *types.RenameDatastore) soap.HasFault {
	renameStore(d.Datastore, req.NewName)
	return &methods.RenameDatastoreBody{Res: new(types.RenameDatastoreResponse)}
}

func renameStore(store *simulator.Datastore, name string) {
	store.Summary.Name = name
	store.Info.GetDatastoreInfo().Name = name
	store.Name, store.Entity().Name = name, name
}

// DestroyTask unmounts the datastore everywhere and removes it; machines on it are in the way.
func (d *datastore) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	ref := runTask(ctx, d, "destroy", func() (types.AnyType, types.BaseMethodFault) {
		if len(d.Vm) != 0 {
			return nil, &types.ResourceInUse{Type: "Datastore", Name: d.Name}
		}
		for _, each := range append([]types.DatastoreHostMount(nil), d.Host...) {
			h, ok := ctx.Map.Get(each.Key).(*simulator.HostSystem)
			if !ok {
				continue
			}
			system := ctx.Map.Get(*h.ConfigManager.DatastoreSystem).(*simulator.HostDatastoreSystem)
			(&datastoreSystem{HostDatastoreSystem: system}).remove(ctx, d.Datastore)
		}
		return nil, nil
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: ref}}
}
