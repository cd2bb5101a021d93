package main

import (
	"path"
	"reflect"
	"strings"
	"sync"

	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// managed is the vim25 managed object inside a simulator object: that is what has the properties.
func managed(object mo.Reference) (reflect.Value, bool) {
	value := reflect.ValueOf(object)
	for {
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				return value, false
			}
			value = value.Elem()
		}
		if value.Kind() != reflect.Struct || value.NumField() == 0 {
			return value, false
		}
		if path.Base(value.Type().PkgPath()) == "mo" {
			return value, true
		}
		value = value.Field(0)
	}
}

// isKind says whether a spec's type names the object: by its reference, its Go type or a type embedded in that.
func isKind(wanted, referenced string, kind reflect.Type) bool {
	if wanted == referenced || wanted == kind.Name() {
		return true
	}
	field, ok := fieldOf(kind, wanted)
	return ok && field.Anonymous
}

type fieldKey struct {
	kind reflect.Type
	name string
}

type fieldEntry struct {
	field reflect.StructField
	ok    bool
}

var fields sync.Map

// fieldOf is reflect's FieldByName, which is slow, remembered.
func fieldOf(kind reflect.Type, name string) (reflect.StructField, bool) {
	key := fieldKey{kind, name}
	if entry, ok := fields.Load(key); ok {
		return entry.(fieldEntry).field, entry.(fieldEntry).ok
	}
	field, ok := kind.FieldByName(name)
	fields.Store(key, fieldEntry{field, ok})
	return field, ok
}

var pathsOfType sync.Map

// allPaths are the top-level properties of a managed object type.
func allPaths(kind reflect.Type) []string {
	if known, ok := pathsOfType.Load(kind); ok {
		return known.([]string)
	}
	var paths []string
	for i := range kind.NumField() {
		field := kind.Field(i)
		switch {
		case field.Name == "Self":
		case field.Anonymous:
			paths = append(paths, allPaths(field.Type)...)
		default:
			paths = append(paths, strings.ToLower(field.Name[:1])+field.Name[1:])
		}
	}
	pathsOfType.Store(kind, paths)
	return paths
}

// lookup follows a property path such as config.hardware.device or config.hardware.device[4000].backing. The second
// result is false when there is no such property; a known property that is unset is nil.
func lookup(value reflect.Value, property string) (types.AnyType, bool) {
	rest := property
	for rest != "" {
		name, key, keyed := nextName(&rest)
		var ok bool
		if value, ok = dereference(value); !ok {
			return nil, true
		}
		if value.Kind() != reflect.Struct {
			return nil, false // a field of an array can't be named
		}
		field, ok := fieldOf(value.Type(), name)
		if !ok {
			return nil, false
		}
		if value, ok = step(value, field.Index); !ok {
			return nil, true
		}
		if keyed {
			if value, ok = element(value, key); !ok {
				return nil, true
			}
			if rest == "" {
				return unkeyed(value), true
			}
		}
	}
	return wrapped(value), true
}

// nextName takes the first part off a path: its Go field name and the key in brackets, if any.
func nextName(rest *string) (name, key string, keyed bool) {
	part := *rest
	if at := strings.IndexAny(part, ".["); at < 0 {
		*rest = ""
	} else if part[at] == '.' {
		*rest, part = part[at+1:], part[:at]
	} else {
		end := strings.Index(part, "]")
		if end < 0 {
			end = len(part) - 1
		}
		key, keyed = strings.Trim(part[at+1:end], `"`), true
		*rest, part = strings.TrimPrefix(part[end+1:], "."), part[:at]
	}
	if part == "" {
		return "", key, keyed
	}
	return strings.ToUpper(part[:1]) + part[1:], key, keyed
}

// dereference follows pointers and interfaces; false when one is nil.
func dereference(value reflect.Value) (reflect.Value, bool) {
	for value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface {
		if value.IsNil() {
			return value, false
		}
		value = value.Elem()
	}
	return value, true
}

// step goes to a field, which may lie in an embedded pointer that is nil.
func step(value reflect.Value, index []int) (reflect.Value, bool) {
	for i, x := range index {
		if i > 0 {
			var ok bool
			if value, ok = dereference(value); !ok {
				return value, false
			}
		}
		value = value.Field(x)
	}
	return value, true
}
