package supportkpi

import (
	"fmt"
	"strings"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// The filter language. The reader is the server's; what it allows without quotes stands in bareName.

func write(filter *supportkpiv1.Filter, out *strings.Builder) {
	switch condition := filter.Condition.(type) {
	case *supportkpiv1.Filter_All:
		writeList(condition.All, " AND ", out)
	case *supportkpiv1.Filter_Any:
		writeList(condition.Any, " OR ", out)
	case *supportkpiv1.Filter_Not:
		out.WriteString("NOT ")
		writeInBrackets(condition.Not, out)
	case *supportkpiv1.Filter_Equals:
		writeComparison(filter.Field, "=", condition.Equals, "", out)
	case *supportkpiv1.Filter_LessThan:
		writeComparison(filter.Field, "<", condition.LessThan, "", out)
	case *supportkpiv1.Filter_AtMost:
		writeComparison(filter.Field, "<=", condition.AtMost, "", out)
	case *supportkpiv1.Filter_GreaterThan:
		writeComparison(filter.Field, ">", condition.GreaterThan, "", out)
	case *supportkpiv1.Filter_AtLeast:
		writeComparison(filter.Field, ">=", condition.AtLeast, "", out)
	case *supportkpiv1.Filter_Prefix:
		writeComparison(filter.Field, "=", condition.Prefix, "*", out)
	case *supportkpiv1.Filter_In:
		writeField(filter.Field, out)
		out.WriteString(" IN (")
		for i, value := range condition.In.GetValues() {
			if i > 0 {
				out.WriteString(", ")
			}
			writeQuoted(value, "", out)
		}
		out.WriteString(")")
	case *supportkpiv1.Filter_Present:
		if !condition.Present {
			out.WriteString("NOT ")
		}
		writeField(filter.Field, out)
		out.WriteString(":*")
	}
}

// writeList puts brackets around lists inside: AND beside OR is refused without them.
func writeList(list *supportkpiv1.FilterList, joiner string, out *strings.Builder) {
	if len(list.GetFilters()) == 1 {
		write(list.Filters[0], out)
		return
	}
	for i, filter := range list.GetFilters() {
		if i > 0 {
			out.WriteString(joiner)
		}
		writeInBrackets(filter, out)
	}
}

func writeInBrackets(filter *supportkpiv1.Filter, out *strings.Builder) {
	switch filter.Condition.(type) {
	case *supportkpiv1.Filter_All, *supportkpiv1.Filter_Any:
		out.WriteString("(")
		write(filter, out)
		out.WriteString(")")
	default:
		write(filter, out)
	}
}

func writeComparison(field, operator, value, ending string, out *strings.Builder) {
	writeField(field, out)
	out.WriteString(" " + operator + " ")
	writeQuoted(value, ending, out)
}

// writeField quotes what is no plain name; the key of an attribute is one name, dots and all.
func writeField(field string, out *strings.Builder) {
	if plainField(field) {
		out.WriteString(field)
		return
	}
	const attributes = "attributes."
	index := strings.Index(field, attributes)
	if index == 0 || (index > 0 && field[index-1] == '.' && plainField(field[:index-1])) {
		index += len(attributes)
		out.WriteString(field[:index])
		field = field[index:]
	}
	writeQuoted(field, "", out)
}

func plainField(field string) bool {
	for i, name := range strings.Split(field, ".") {
		if !bareName(name) || (i == 0 && (name == "AND" || name == "OR" || name == "NOT" || name == "IN")) {
			return false
		}
	}
	return true
}

func bareName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
		if !letter && (c != '-' || i == 0) {
			return false
		}
	}
	return name != ""
}

// writeQuoted quotes a text; ending is a star that keeps its meaning, or nothing.
func writeQuoted(value, ending string, out *strings.Builder) {
	out.WriteByte('"')
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"' || c == '\\' || c == '*':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c == '\n':
			out.WriteString(`\n`)
		case c == '\r':
			out.WriteString(`\r`)
		case c == '\t':
			out.WriteString(`\t`)
		case c < 0x20 || c == 0x7f:
			fmt.Fprintf(out, `\u%04x`, c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteString(ending + `"`)
}
