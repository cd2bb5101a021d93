package main

import (
	"bytes"
	"strconv"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vim25/xml"
)

// pageOfUpdates is vCenter's own limit of objects in one answer.
const pageOfUpdates = 100

// filter is one watched selection and what was last told of it, as encoded values.
type filter struct {
	mo.PropertyFilter

	owner *collector
	told  map[types.ManagedObjectReference]map[string]string
}

// Lock and Unlock opt out of the simulator's own locking.
func (*filter) Lock()   {}
func (*filter) Unlock() {}

// DestroyPropertyFilter ends the watch.
func (f *filter) DestroyPropertyFilter(ctx *simulator.Context, req *types.DestroyPropertyFilter) soap.HasFault {
	f.owner.Filter = without(f.owner.Filter, req.This)
	ctx.Session.Remove(ctx, req.This)
	return &methods.DestroyPropertyFilterBody{Res: new(types.DestroyPropertyFilterResponse)}
}

// WaitForUpdatesEx tells what has changed since the version named. It never waits: the gate asks again while there is
// nothing to say (see gate.waitForUpdates).
func (c *collector) WaitForUpdatesEx(ctx *simulator.Context, req *types.WaitForUpdatesEx) soap.HasFault {
	limit := pageOfUpdates
	if req.Options != nil && req.Options.MaxObjectUpdates > 0 {
		limit = min(limit, int(req.Options.MaxObjectUpdates))
	}
	set, fault := c.updates(ctx, req.Version, limit)
	if fault != nil {
		return &methods.WaitForUpdatesExBody{Fault_: retrieveFault(fault)}
	}
	return &methods.WaitForUpdatesExBody{Res: &types.WaitForUpdatesExResponse{Returnval: set}}
}

// WaitForUpdates is the older form, without a time limit.
func (c *collector) WaitForUpdates(ctx *simulator.Context, req *types.WaitForUpdates) soap.HasFault {
	set, fault := c.updates(ctx, req.Version, pageOfUpdates)
	if fault != nil {
		return &methods.WaitForUpdatesBody{Fault_: retrieveFault(fault)}
	}
	return &methods.WaitForUpdatesBody{Res: &types.WaitForUpdatesResponse{Returnval: *set}}
}

// CheckForUpdates is WaitForUpdates without the wait.
func (c *collector) CheckForUpdates(ctx *simulator.Context, req *types.CheckForUpdates) soap.HasFault {
	set, fault := c.updates(ctx, req.Version, pageOfUpdates)
	if fault != nil {
		return &methods.CheckForUpdatesBody{Fault_: retrieveFault(fault)}
	}
	if set.Version == noUpdates {
		set = nil
	}
	return &methods.CheckForUpdatesBody{Res: &types.CheckForUpdatesResponse{Returnval: set}}
}

func (c *collector) updates(ctx *simulator.Context, version string, limit int) (*types.UpdateSet, types.BaseMethodFault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancelled {
		c.cancelled, c.waiting = false, false
		return nil, new(types.RequestCanceled)
	}
	set := new(types.UpdateSet)
	for _, ref := range c.Filter {
		f, ok := ctx.Session.Registry.Get(ref).(*filter)
		if !ok {
			continue // gone meanwhile
		}
		if version == "" {
			clear(f.told)
		}
		changes, fault := f.changes(ctx, &limit, version == "")
		if fault != nil {
			return nil, fault
		}
		if len(changes) != 0 {
			set.FilterSet = append(set.FilterSet, types.PropertyFilterUpdate{Filter: ref, ObjectSet: changes})
		}
	}
	if limit < 0 {
		set.Truncated = types.NewBool(true)
	}
	c.waiting = len(set.FilterSet) == 0 && version != ""
	if c.waiting {
		set.Version = noUpdates
		return set, nil
	}
	c.version++
	set.Version = strconv.Itoa(c.version)
	return set, nil
}

// changes compares the selection with what was told and notes it as told. limit counts down; what goes beyond is left
// for the next call.
func (f *filter) changes(ctx *simulator.Context, limit *int, first bool) ([]types.ObjectUpdate, types.BaseMethodFault) {
	spec := f.Spec
	if !first {
		spec.ReportMissingObjectsInResults = types.NewBool(true) // a watched object that went is news, not a fault
	}
	objects, fault := retrieve(ctx, []types.PropertyFilterSpec{spec})
	if fault != nil {
		return nil, fault
	}
	var updates []types.ObjectUpdate
	present := make(map[types.ManagedObjectReference]bool, len(objects))
	for _, object := range objects {
		present[object.Obj] = true
		update, encoded := f.compare(object)
		if update == nil {
			continue
		}
		if *limit--; *limit < 0 {
			return updates, nil
		}
		f.told[object.Obj] = encoded
		updates = append(updates, *update)
	}
	for ref := range f.told {
		if present[ref] {
			continue
		}
		if *limit--; *limit < 0 {
			return updates, nil
		}
		delete(f.told, ref)
		updates = append(updates, types.ObjectUpdate{Kind: types.ObjectUpdateKindLeave, Obj: ref})
	}
	return updates, nil
}

// compare returns the update that an object calls for, or nil, and its present state.
func (f *filter) compare(object types.ObjectContent) (*types.ObjectUpdate, map[string]string) {
	before, known := f.told[object.Obj]
	update := &types.ObjectUpdate{Kind: types.ObjectUpdateKindEnter, Obj: object.Obj, MissingSet: object.MissingSet}
	if known {
		update.Kind = types.ObjectUpdateKindModify
	}
	now := make(map[string]string, len(object.PropSet))
	for _, property := range object.PropSet {
		now[property.Name] = encode(property.Val)
		if old, ok := before[property.Name]; !ok || old != now[property.Name] {
			update.ChangeSet = append(update.ChangeSet,
				types.PropertyChange{Name: property.Name, Op: types.PropertyChangeOpAssign, Val: property.Val})
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok {
			update.ChangeSet = append(update.ChangeSet, types.PropertyChange{Name: name, Op: types.PropertyChangeOpAssign})
		}
	}
	if known && len(update.ChangeSet) == 0 {
		return nil, nil
	}
	return update, now
}

func encode(value types.AnyType) string {
	var out bytes.Buffer
	if err := xml.NewEncoder(&out).EncodeElement(value, xml.StartElement{Name: xml.Name{Local: "v"}}); err != nil {
		return err.Error()
	}
	return out.String()
}
