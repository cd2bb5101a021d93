package main

import (
	"strconv"
	"sync"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// collector is a PropertyCollector of our own. Stock vcsim's copies each object through XML to answer, collects all
// filters anew for each change of anything, and panics when a filter goes during a wait. This one reads in place (the
// gate keeps writers away until the answer is encoded) and finds changes by comparing with what it last told.
type collector struct {
	mo.PropertyCollector

	gate      *gate // set in the one that sessions are given their own of
	mu        sync.Mutex
	version   int
	waiting   bool
	cancelled bool
	pages     map[string][]types.ObjectContent
}

// Lock and Unlock opt out of the simulator's own locking.
func (*collector) Lock()   {}
func (*collector) Unlock() {}

// CreateFilter registers what a client wants to watch.
func (c *collector) CreateFilter(ctx *simulator.Context, req *types.CreateFilter) soap.HasFault {
	f := &filter{owner: c, told: make(map[types.ManagedObjectReference]map[string]string)}
	f.Self.Type = "PropertyFilter"
	f.Spec, f.PartialUpdates = req.Spec, req.PartialUpdates
	ref := ctx.Session.Put(f).Reference()
	c.Filter = append(c.Filter, ref)
	return &methods.CreateFilterBody{Res: &types.CreateFilterResponse{Returnval: ref}}
}

// CreatePropertyCollector makes a further collector in the session.
func (c *collector) CreatePropertyCollector(ctx *simulator.Context, _ *types.CreatePropertyCollector) soap.HasFault {
	further := new(collector)
	further.Self.Type = "PropertyCollector"
	ref := ctx.Session.Put(further).Reference()
	return &methods.CreatePropertyCollectorBody{Res: &types.CreatePropertyCollectorResponse{Returnval: ref}}
}

// DestroyPropertyCollector ends a collector and its filters.
func (c *collector) DestroyPropertyCollector(ctx *simulator.Context, _ *types.DestroyPropertyCollector) soap.HasFault {
	for _, ref := range c.Filter {
		ctx.Session.Remove(ctx, ref)
	}
	c.Filter = nil
	ctx.Session.Remove(ctx, c.Self)
	return &methods.DestroyPropertyCollectorBody{Res: new(types.DestroyPropertyCollectorResponse)}
}

// CancelWaitForUpdates ends the wait that is under way with RequestCanceled.
func (c *collector) CancelWaitForUpdates(ctx *simulator.Context, _ *types.CancelWaitForUpdates) soap.HasFault {
	c.mu.Lock()
	c.cancelled = c.waiting
	c.mu.Unlock()
	shared := ctx.Map.Get(serviceContent(ctx.Map).PropertyCollector).(*collector)
	shared.gate.announce()
	return &methods.CancelWaitForUpdatesBody{Res: new(types.CancelWaitForUpdatesResponse)}
}

// RetrieveProperties answers the older form of RetrievePropertiesEx, which has no pages.
func (c *collector) RetrieveProperties(ctx *simulator.Context, req *types.RetrieveProperties) soap.HasFault {
	objects, fault := retrieve(ctx, req.SpecSet)
	if fault != nil {
		return &methods.RetrievePropertiesBody{Fault_: retrieveFault(fault)}
	}
	return &methods.RetrievePropertiesBody{Res: &types.RetrievePropertiesResponse{Returnval: objects}}
}

// RetrievePropertiesEx answers with properties of objects, in pages where the client asks for them.
func (c *collector) RetrievePropertiesEx(ctx *simulator.Context, req *types.RetrievePropertiesEx) soap.HasFault {
	objects, fault := retrieve(ctx, req.SpecSet)
	if fault != nil {
		return &methods.RetrievePropertiesExBody{Fault_: retrieveFault(fault)}
	}
	result := &types.RetrieveResult{}
	result.Objects, result.Token = c.page(objects, req.Options.MaxObjects)
	return &methods.RetrievePropertiesExBody{Res: &types.RetrievePropertiesExResponse{Returnval: result}}
}

// ContinueRetrievePropertiesEx answers with the next page.
func (c *collector) ContinueRetrievePropertiesEx(_ *simulator.Context, req *types.ContinueRetrievePropertiesEx) soap.HasFault {
	c.mu.Lock()
	objects, ok := c.pages[req.Token]
	delete(c.pages, req.Token)
	c.mu.Unlock()
	if !ok {
		return &methods.ContinueRetrievePropertiesExBody{Fault_: simulator.Fault("", &types.InvalidArgument{InvalidProperty: "token"})}
	}
	result := types.RetrieveResult{}
	result.Objects, result.Token = c.page(objects, int32(pageSize(req.Token)))
	return &methods.ContinueRetrievePropertiesExBody{Res: &types.ContinueRetrievePropertiesExResponse{Returnval: result}}
}

// CancelRetrievePropertiesEx drops the pages not fetched.
func (c *collector) CancelRetrievePropertiesEx(_ *simulator.Context, req *types.CancelRetrievePropertiesEx) soap.HasFault {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pages, req.Token)
	return &methods.CancelRetrievePropertiesExBody{Res: new(types.CancelRetrievePropertiesExResponse)}
}

// page keeps what goes beyond the page's size for later, under a token that also says the size.
func (c *collector) page(objects []types.ObjectContent, size int32) ([]types.ObjectContent, string) {
	if size <= 0 || len(objects) <= int(size) {
		return objects, ""
	}
	token := strconv.Itoa(int(size)) + ":" + uuid.NewString()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pages == nil {
		c.pages = make(map[string][]types.ObjectContent)
	}
	c.pages[token] = objects[size:]
	return objects[:size], token
}

func pageSize(token string) int {
	var digits string
	for _, r := range token {
		if r == ':' {
			break
		}
		digits += string(r)
	}
	size, _ := strconv.Atoi(digits)
	return size
}

func retrieveFault(fault types.BaseMethodFault) *soap.Fault {
	if _, ok := fault.(*types.ManagedObjectNotFound); ok {
		return simulator.Fault("The object has already been deleted or has not been completely created", fault)
	}
	return simulator.Fault("", fault)
}
