package main

import (
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func rootPool(r *running, client *govmomi.Client) *object.ResourcePool {
	r.t.Helper()
	pool, err := r.finder(client).ResourcePool(background, "gislaved-prod/Resources")
	r.must(err)
	return pool
}

func TestPoolKeepsItsAllocation(t *testing.T) {
	r := start(t)
	client := r.login()
	root := rootPool(r, client)
	spec := types.DefaultResourceConfigSpec()
	spec.CpuAllocation.Shares = &types.SharesInfo{Level: types.SharesLevelHigh}
	spec.CpuAllocation.Limit = types.NewInt64(2000)
	pool, err := root.Create(background, "pool", spec)
	r.must(err)
	r.must(pool.UpdateConfig(background, "renamed", &types.ResourceConfigSpec{MemoryAllocation: types.ResourceAllocationInfo{
		Shares: &types.SharesInfo{Level: types.SharesLevelCustom, Shares: 77}, Reservation: types.NewInt64(64),
	}}))
	got := read[mo.ResourcePool](r, client, pool)
	cpu, memory := got.Config.CpuAllocation, got.Config.MemoryAllocation
	if *cpu.Limit != 2000 || cpu.Shares.Shares != 8000 || *memory.Reservation != 64 || memory.Shares.Shares != 77 {
		t.Errorf("the pool's allocation is %+v and %+v", cpu, memory)
	}
	summary := got.Summary.GetResourcePoolSummary()
	if got.Name != "renamed" || summary.Name != "renamed" || *summary.Config.CpuAllocation.Limit != 2000 {
		t.Errorf("the pool is %q, its summary %+v", got.Name, summary)
	}
	if other := read[mo.ResourcePool](r, client, root, "summary").Summary.GetResourcePoolSummary(); other.Name == "renamed" {
		t.Error("the root pool's summary has changed with its child's")
	}
	_, err = root.Create(background, "taken", types.DefaultResourceConfigSpec())
	r.must(err)
	if pool.UpdateConfig(background, "taken", nil) == nil {
		t.Error("a pool took the name of another")
	}
	r.done(pool.Rename(background, "again"))
	if got := read[mo.ResourcePool](r, client, pool, "name", "summary"); got.Name != "again" || got.Summary.GetResourcePoolSummary().Name != "again" {
		t.Errorf("renamed, the pool is %+v", got)
	}
}

func TestPoolsAndMachinesMoveBetweenPools(t *testing.T) {
	r := start(t)
	client := r.login()
	root := rootPool(r, client)
	outer, err := root.Create(background, "outer", types.DefaultResourceConfigSpec())
	r.must(err)
	inner, err := root.Create(background, "inner", types.DefaultResourceConfigSpec())
	r.must(err)
	machine, err := r.finder(client).VirtualMachine(background, "old-web-01")
	r.must(err)
	into := func(refs ...types.ManagedObjectReference) error {
		_, err := methods.MoveIntoResourcePool(background, client, &types.MoveIntoResourcePool{This: outer.Reference(), List: refs})
		return err
	}
	r.must(into(inner.Reference(), machine.Reference()))
	got := read[mo.ResourcePool](r, client, outer, "resourcePool", "vm")
	if len(got.ResourcePool) != 1 || len(got.Vm) != 1 || *read[mo.VirtualMachine](r, client, machine, "resourcePool").ResourcePool != outer.Reference() {
		t.Errorf("the pool has pools %v and machines %v", got.ResourcePool, got.Vm)
	}
	if left := read[mo.ResourcePool](r, client, root, "resourcePool", "vm"); len(left.ResourcePool) != 1 || len(left.Vm) != 11 {
		t.Errorf("the root pool has pools %v and %d machines", left.ResourcePool, len(left.Vm))
	}
	if into(gislavedHost(r, client).Reference()) == nil {
		t.Error("a host was moved into a pool")
	}
}
