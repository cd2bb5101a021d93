package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// retrieval collects the properties of objects, each object once.
type retrieval struct {
	ctx       *simulator.Context
	specs     []types.PropertyFilterSpec
	collected map[types.ManagedObjectReference]bool
	objects   []types.ObjectContent
}

// retrieve answers a property collector's filter specs. The values are those of the living objects, not copies.
func retrieve(ctx *simulator.Context, specs []types.PropertyFilterSpec) ([]types.ObjectContent, types.BaseMethodFault) {
	r := &retrieval{ctx: ctx, specs: specs, collected: make(map[types.ManagedObjectReference]bool)}
	for i := range specs {
		for j := range specs[i].ObjectSet {
			if fault := r.start(&specs[i], &specs[i].ObjectSet[j]); fault != nil {
				return nil, fault
			}
		}
	}
	return r.objects, nil
}

func (r *retrieval) start(spec *types.PropertyFilterSpec, set *types.ObjectSpec) types.BaseMethodFault {
	object := r.object(set.Obj)
	if object == nil {
		if spec.ReportMissingObjectsInResults != nil && *spec.ReportMissingObjectsInResults {
			return nil
		}
		return &types.ManagedObjectNotFound{Obj: set.Obj}
	}
	if set.SelectSet == nil || set.Skip == nil || !*set.Skip {
		r.collect(set.Obj, object)
	}
	return (&traversal{retrieval: r, named: make(map[string]*types.TraversalSpec), visited: make(map[visit]bool)}).follow(object, set.SelectSet)
}

// object finds what a reference names for this session, nil if there is none.
func (r *retrieval) object(ref types.ManagedObjectReference) mo.Reference {
	var object mo.Reference
	if r.ctx.Session != nil {
		object = r.ctx.Session.Get(ref)
	}
	if object == nil {
		object = lookUp(r.ctx.Map, ref)
	}
	if r.ctx.Session == nil && ref.Type == "SessionManager" {
		return &mo.SessionManager{Self: ref} // nothing of it is for those who are not logged in
	}
	if inner, ok := object.(interface{ Get() mo.Reference }); ok {
		return inner.Get() // history collectors show another type than they keep
	}
	return object
}

// collect adds the object's wanted properties, under the reference that the client used.
func (r *retrieval) collect(ref types.ManagedObjectReference, object mo.Reference) {
	if r.collected[ref] {
		return
	}
	r.collected[ref] = true
	value, ok := managed(object)
	if !ok {
		return
	}
	content := types.ObjectContent{Obj: ref}
	matched := false
	seen := make(map[string]bool)
	for i := range r.specs {
		for _, set := range r.specs[i].PropSet {
			if !isKind(set.Type, ref.Type, value.Type()) {
				continue
			}
			matched = true
			paths := set.PathSet
			if set.All != nil && *set.All {
				paths = allPaths(value.Type())
			}
			for _, path := range paths {
				if !seen[path] {
					seen[path] = true
					r.add(&content, path, object)
				}
			}
		}
	}
	if matched {
		r.objects = append(r.objects, content)
	}
}

func (r *retrieval) add(content *types.ObjectContent, path string, object mo.Reference) {
	value, _ := managed(object)
	property, known := lookup(value, path)
	switch {
	case !known:
		content.MissingSet = append(content.MissingSet, types.MissingProperty{
			Path: path, Fault: types.LocalizedMethodFault{Fault: &types.InvalidProperty{Name: path}},
		})
	case r.ctx.Session == nil:
		content.MissingSet = append(content.MissingSet, types.MissingProperty{
			Path: path, Fault: types.LocalizedMethodFault{Fault: &types.NotAuthenticated{
				NoPermission: types.NoPermission{Object: &content.Obj, PrivilegeId: "System.Read"},
			}},
		})
	case property != nil:
		content.PropSet = append(content.PropSet, types.DynamicProperty{Name: path, Val: property})
	}
}

// visit is one step of a traversal at one object: it need not be made twice, and in a circle must not be.
type visit struct {
	ref  types.ManagedObjectReference
	spec *types.TraversalSpec
}

// traversal follows the selection specs from one start object.
type traversal struct {
	*retrieval
	named   map[string]*types.TraversalSpec
	visited map[visit]bool
}

func (t *traversal) follow(from mo.Reference, set []types.BaseSelectionSpec) types.BaseMethodFault {
	for _, selection := range set {
		if spec, ok := selection.(*types.TraversalSpec); ok && spec.Name != "" {
			t.named[spec.Name] = spec
		}
	}
	value, ok := managed(from)
	if !ok {
		return nil
	}
	for _, selection := range set {
		spec, ok := selection.(*types.TraversalSpec)
		if !ok {
			if spec = t.named[selection.GetSelectionSpec().Name]; spec == nil {
				return &types.InvalidArgument{InvalidProperty: "undefined TraversalSpec name"}
			}
		}
		step := visit{from.Reference(), spec}
		if t.visited[step] || (spec.Type != "" && !isKind(spec.Type, from.Reference().Type, value.Type())) {
			continue
		}
		t.visited[step] = true
		property, _ := lookup(value, spec.Path)
		for _, ref := range references(property) {
			object := t.object(ref)
			if object == nil {
				continue
			}
			if spec.Skip == nil || !*spec.Skip {
				t.collect(ref, object)
			}
			if fault := t.follow(object, spec.SelectSet); fault != nil {
				return fault
			}
		}
	}
	return nil
}

func references(property types.AnyType) []types.ManagedObjectReference {
	switch x := property.(type) {
	case types.ManagedObjectReference:
		return []types.ManagedObjectReference{x}
	case *types.ArrayOfManagedObjectReference:
		return x.ManagedObjectReference
	}
	return nil
}
