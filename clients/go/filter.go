package supportkpi

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// Filter is a condition on facts, or in Query.Having on rows. The zero Filter is no condition. Filters are values: they can be
// shared and combined freely.
//
// All conditions but Present and those under Not are false where the field has no value.
type Filter struct {
	message *supportkpiv1.Filter
}

// Value is what a field can be compared with. The API carries text; times become RFC 3339, other values their usual spelling.
type Value interface {
	~string | ~bool | ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64 |
		time.Time
}

// Equal holds where the field has the value.
func Equal[T Value](field string, value T) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_Equals{Equals: text(value)}}}
}

// In holds where the field has one of the values, 1 to 10,000.
func In[T Value](field string, values ...T) Filter {
	list := &supportkpiv1.ValueList{}
	for _, value := range values {
		list.Values = append(list.Values, text(value))
	}
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_In{In: list}}}
}

// Less holds where the field is less than the value; text in code point order.
func Less[T Value](field string, value T) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_LessThan{LessThan: text(value)}}}
}

// AtMost holds where the field is the value or less.
func AtMost[T Value](field string, value T) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_AtMost{AtMost: text(value)}}}
}

// Greater holds where the field is greater than the value.
func Greater[T Value](field string, value T) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_GreaterThan{GreaterThan: text(value)}}}
}

// AtLeast holds where the field is the value or greater.
func AtLeast[T Value](field string, value T) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_AtLeast{AtLeast: text(value)}}}
}

// Prefix holds where the field begins with the text.
func Prefix(field, beginning string) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_Prefix{Prefix: beginning}}}
}

// Present holds where the field has a value.
func Present(field string) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_Present{Present: true}}}
}

// Missing holds where the field has no value.
func Missing(field string) Filter {
	return Filter{&supportkpiv1.Filter{Field: field, Condition: &supportkpiv1.Filter_Present{Present: false}}}
}

// Not holds where the filter does not. Not of no condition is no condition.
func Not(filter Filter) Filter {
	if filter.message == nil {
		return filter
	}
	return Filter{&supportkpiv1.Filter{Condition: &supportkpiv1.Filter_Not{Not: filter.message}}}
}

// All holds where every filter does. Filters without a condition are left out; All of nothing is no condition.
func All(filters ...Filter) Filter {
	list := listOf(filters)
	switch len(list.Filters) {
	case 0:
		return Filter{}
	case 1:
		return Filter{list.Filters[0]}
	}
	return Filter{&supportkpiv1.Filter{Condition: &supportkpiv1.Filter_All{All: list}}}
}

// Any holds where at least one filter does. Without filters it holds nowhere, which the server refuses as a mistake.
func Any(filters ...Filter) Filter {
	list := listOf(filters)
	if len(list.Filters) < len(filters) {
		return Filter{} // one of them holds everywhere
	}
	if len(list.Filters) == 1 {
		return Filter{list.Filters[0]}
	}
	return Filter{&supportkpiv1.Filter{Condition: &supportkpiv1.Filter_Any{Any: list}}}
}

// FilterFromProto takes a condition as the API has it. The message is copied.
func FilterFromProto(message *supportkpiv1.Filter) Filter {
	if message == nil {
		return Filter{}
	}
	return Filter{proto.CloneOf(message)}
}

// Proto is the condition as the API has it; nil for no condition.
func (f Filter) Proto() *supportkpiv1.Filter { return proto.CloneOf(f.message) }

// String is the condition in the filter language of the API, with everything quoted that needs it, so that Query.WhereText and
// grpcurl read it back as the same filter. Empty for no condition.
func (f Filter) String() string {
	if f.message == nil {
		return ""
	}
	var out strings.Builder
	write(f.message, &out)
	return out.String()
}

func listOf(filters []Filter) *supportkpiv1.FilterList {
	list := &supportkpiv1.FilterList{}
	for _, filter := range filters {
		if filter.message != nil {
			list.Filters = append(list.Filters, filter.message)
		}
	}
	return list
}

func text[T Value](value T) string {
	switch value := any(value).(type) {
	case string:
		return value
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(value), 'f', -1, 32)
	default:
		return fmt.Sprint(value)
	}
}
