package main

import (
	"reflect"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// FetchResponse is the answer to Fetch, which no public description of the API has but pyVmomi reads properties with.
type FetchResponse struct {
	Returnval types.AnyType `xml:"returnval,omitempty,typeattr"`
}

// FetchBody carries it.
type FetchBody struct {
	Res    *FetchResponse `xml:"FetchResponse,omitempty"`
	Fault_ *soap.Fault    `xml:"http://schemas.xmlsoap.org/soap/envelope/ Fault,omitempty"`
}

// Fault implements soap.HasFault.
func (b *FetchBody) Fault() *soap.Fault { return b.Fault_ }

// Fetch reads one property of one object: nothing if it is unset. The request's Go type is internal to the simulator; it
// has the fields This and Prop.
func (c *collector) Fetch(ctx *simulator.Context, req any) soap.HasFault {
	fields := reflect.ValueOf(req).Elem()
	ref := fields.FieldByName("This").Interface().(types.ManagedObjectReference)
	property := fields.FieldByName("Prop").String()

	object := (&retrieval{ctx: ctx}).object(ref)
	if object == nil {
		return &FetchBody{Fault_: retrieveFault(&types.ManagedObjectNotFound{Obj: ref})}
	}
	if ctx.Session == nil && ref.Type != "ServiceInstance" {
		denied := &types.NotAuthenticated{NoPermission: types.NoPermission{Object: &ref, PrivilegeId: "System.View"}}
		return &FetchBody{Fault_: simulator.Fault("", denied)}
	}
	value, ok := managed(object)
	if !ok {
		return &FetchBody{Fault_: simulator.Fault("", &types.InvalidProperty{Name: property})}
	}
	found, known := lookup(value, property)
	if !known {
		return &FetchBody{Fault_: simulator.Fault("", &types.InvalidProperty{Name: property})}
	}
	return &FetchBody{Res: &FetchResponse{Returnval: found}}
}
