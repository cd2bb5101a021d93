package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"net/url"
)

// clients and machines are what the benchmark's parallelism and the target architecture come to.
const clients = 32

func machines() int {
	if n, err := strconv.Atoi(os.Getenv("GGVV_VCENTER_MACHINES")); err == nil {
		return n
	}
	return 620
}

// TestParallelClients has 32 clients with sessions of their own add hosts, create, change, tag and watch machines all at
// once. Stock vcsim panics in its property collector or hangs within seconds of this. Run it with -race.
func TestParallelClients(t *testing.T) {
	r := start(t)
	admin := r.login()
	finder := r.finder(admin)
	shared, err := finder.ClusterComputeResource(context.Background(), "gislaved-prod")
	r.must(err)
	folders, err := mustDatacenter(r, finder).Folders(context.Background())
	r.must(err)
	pool, err := shared.ResourcePool(context.Background())
	r.must(err)

	restAdmin := rest.NewClient(admin.Client)
	r.must(restAdmin.Login(context.Background(), url.UserPassword(testAccount.Username, testAccount.Password)))
	category, err := tags.NewManager(restAdmin).CreateCategory(context.Background(), &tags.Category{Name: "zone", Cardinality: "MULTIPLE"})
	r.must(err)
	tag, err := tags.NewManager(restAdmin).CreateTag(context.Background(), &tags.Tag{Name: "dc1", CategoryID: category})
	r.must(err)

	begin := time.Now()
	var all sync.WaitGroup
	failures := make(chan error, clients*2)
	for i := range clients {
		all.Go(func() {
			if err := oneClient(r, i, shared, folders.VmFolder, pool, tag); err != nil {
				failures <- fmt.Errorf("client %d: %w", i, err)
			}
		})
	}
	finished := make(chan struct{})
	go func() { all.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-time.After(8 * time.Minute):
		t.Fatal("the vCenter hangs: not all clients came to their end within 8 minutes")
	}
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	found, err := finder.VirtualMachineList(context.Background(), "*")
	r.must(err)
	if want := machines() + 12; len(found) != want {
		t.Errorf("%d machines are there, %d were made (12 of them beforehand)", len(found), want)
	}
	state := read[mo.ClusterComputeResource](r, admin, shared, "host")
	if len(state.Host) != 4+clients {
		t.Errorf("the cluster has %d hosts, %d were added to 4", len(state.Host), clients)
	}
	t.Logf("%d clients, %d machines: %s", clients, machines(), time.Since(begin).Round(time.Millisecond))
}

func mustDatacenter(r *running, finder interface {
	Datacenter(context.Context, string) (*object.Datacenter, error)
}) *object.Datacenter {
	r.t.Helper()
	datacenter, err := finder.Datacenter(context.Background(), "Gislaved-DC")
	r.must(err)
	return datacenter
}

// oneClient does one client's share, while a watch of its own is under way.
func oneClient(r *running, number int, cluster *object.ClusterComputeResource, folder *object.Folder, pool *object.ResourcePool, tag string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := r.login()
	tagging := rest.NewClient(client.Client)
	if err := tagging.Login(ctx, url.UserPassword(testAccount.Username, testAccount.Password)); err != nil {
		return err
	}
	var watch sync.WaitGroup
	watch.Go(func() {
		collector, err := property.DefaultCollector(client.Client).Create(ctx)
		if err != nil {
			return
		}
		_ = property.Wait(ctx, collector, cluster.Reference(), []string{"host", "recentTask"}, func([]types.PropertyChange) bool { return false })
	})
	defer watch.Wait()
	defer cancel()

	on := object.NewClusterComputeResource(client.Client, cluster.Reference())
	task, err := on.AddHost(ctx, types.HostConnectSpec{HostName: fmt.Sprintf("esx-%02d.example", number)}, true, nil, nil)
	if err != nil {
		return err
	}
	if _, err := task.WaitForResult(ctx); err != nil {
		return err
	}
	in := object.NewFolder(client.Client, folder.Reference())
	for i := number; i < machines(); i += clients {
		if err := oneMachine(ctx, in, pool, tags.NewManager(tagging), fmt.Sprintf("srv-%03d", i), tag); err != nil {
			return fmt.Errorf("srv-%03d: %w", i, err)
		}
	}
	return nil
}

func oneMachine(ctx context.Context, in *object.Folder, pool *object.ResourcePool, tagging *tags.Manager, name, tag string) error {
	spec := types.VirtualMachineConfigSpec{
		Name: name, NumCPUs: 1, MemoryMB: 512, GuestId: "debian11_64Guest",
		Files: &types.VirtualMachineFileInfo{VmPathName: "[gislaved-san-01]"},
	}
	task, err := in.CreateVM(ctx, spec, pool, nil)
	if err != nil {
		return err
	}
	info, err := task.WaitForResult(ctx)
	if err != nil {
		return err
	}
	machine := object.NewVirtualMachine(in.Client(), info.Result.(types.ManagedObjectReference))
	if task, err = machine.Reconfigure(ctx, types.VirtualMachineConfigSpec{MemoryMB: 1024}); err != nil {
		return err
	}
	if err := task.Wait(ctx); err != nil {
		return err
	}
	if err := tagging.AttachTag(ctx, tag, machine); err != nil {
		return err
	}
	var seen mo.VirtualMachine
	if err := machine.Properties(ctx, machine.Reference(), nil, &seen); err != nil {
		return err
	}
	if seen.Config.Hardware.MemoryMB != 1024 || seen.Config.Name != name {
		return fmt.Errorf("read back %s with %d MB", seen.Config.Name, seen.Config.Hardware.MemoryMB)
	}
	return nil
}
