package supportkpi_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// awkward are texts that need care in a language with quotes, escapes, stars and keywords.
var awkward = []string{
	"plain", "two words", `"quoted"`, "it's", `back\slash`, `\`, `\"`, "*", "ends*", "*begins", "50% off*", "line\nbreak", "tab\there", "\r",
	"\x01\x7f", "AND", "OR", "NOT", "IN", "not", "a = b", "(brackets)", "a, b", "ünïcödé", "日本語", "😀", " space around ", "-dash", "a:b", "2026-01-05",
	"true", "12", "a.b", "<>=!~", "{}[]", "`", "''", `""`, "%s", "$HOME",
}

// awkwardNames are keys of attributes, up to 64 bytes.
var awkwardNames = []string{"plain", "my key", "a.b", "-x", `q"uote`, "AND", "späß", "*", `b\s`, "1st", "with-dash", "a..b", ".", "x y.z"}

func fillAwkward(t *testing.T, client *supportkpi.Client) {
	var records []*supportkpiv1.Record
	for i, category := range awkward {
		record := ticket(fmt.Sprint("T", i), []string{"email", "chat", ""}[i%3], at(5, 0).Add(time.Duration(i)*time.Hour))
		record.GetTicket().Category = category
		record.GetTicket().Attributes = map[string]string{awkwardNames[i%len(awkwardNames)]: awkward[(i*7)%len(awkward)]}
		records = append(records, record)
	}
	upsert(t, client, records...)
}

func TestEveryTextFindsItsTicketInBothForms(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	fillAwkward(t, client)
	for i, category := range awkward {
		for form, query := range bothForms(supportkpi.Equal("category", category)) {
			if got := ask(t, client, query).Row(0).Cell("tickets_created").Value; got != 1 {
				t.Errorf("category %q as %s: %v tickets", category, form, got)
			}
		}
		name := awkwardNames[i%len(awkwardNames)]
		for form, query := range bothForms(supportkpi.Equal("attributes."+name, awkward[(i*7)%len(awkward)])) {
			if got := ask(t, client, query).Row(0).Cell("tickets_created").Value; got < 1 {
				t.Errorf("attribute %q as %s: %v tickets; %s", name, form, got, query.Proto().GetFilterText())
			}
		}
	}
}

// bothForms are a question with a filter as a tree and as text.
func bothForms(filter supportkpi.Filter) map[string]supportkpi.Query {
	question := january(supportkpi.KPI("tickets_created"))
	return map[string]supportkpi.Query{"tree": question.Where(filter), "text": question.WhereText(filter.String())}
}

func TestRandomFiltersMeanTheSameAsTreeAndAsText(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	fillAwkward(t, client)
	random := rand.New(rand.NewPCG(1, 2))
	different := map[string]bool{}
	for range 300 {
		filter := randomFilter(random, 3)
		question := january(supportkpi.KPI("tickets_created")).Every(supportkpi.Day).By("category").Sparse()
		tree, text := lines(ask(t, client, question.Where(filter))), lines(ask(t, client, question.WhereText(filter.String())))
		if !slices.Equal(tree, text) {
			t.Fatalf("%s\ntree: %q\ntext: %q", filter, tree, text)
		}
		different[fmt.Sprint(tree)] = true
	}
	if len(different) < 30 {
		t.Errorf("only %d different answers: the filters are too alike to show anything", len(different))
	}
}

func randomFilter(random *rand.Rand, depth int) supportkpi.Filter {
	if depth > 0 && random.IntN(3) > 0 {
		var inner []supportkpi.Filter
		for range 1 + random.IntN(3) {
			inner = append(inner, randomFilter(random, depth-1))
		}
		switch random.IntN(3) {
		case 0:
			return supportkpi.All(inner...)
		case 1:
			return supportkpi.Any(inner...)
		default:
			return supportkpi.Not(inner[0])
		}
	}
	field, value := "category", awkward[random.IntN(len(awkward))]
	switch random.IntN(4) {
	case 0:
		field = "attributes." + awkwardNames[random.IntN(len(awkwardNames))]
	case 1:
		return supportkpi.AtLeast("created_at", at(5, random.IntN(24)))
	}
	switch random.IntN(9) {
	case 0:
		return supportkpi.In(field, value, awkward[random.IntN(len(awkward))])
	case 1:
		runes := []rune(value)
		return supportkpi.Prefix(field, string(runes[:1+random.IntN(len(runes))/2]))
	case 2:
		return supportkpi.Less(field, value)
	case 3:
		return supportkpi.Greater(field, value)
	case 4:
		return supportkpi.AtMost(field, value)
	case 5:
		return supportkpi.Present(field)
	case 6:
		return supportkpi.Missing(field)
	}
	return supportkpi.Equal(field, value)
}

func TestHavingInBothFormsWithAwkwardAliases(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	fillAwkward(t, client)
	for _, alias := range []string{"tickets", "AND", "NOT", "IN", "or-so"} {
		question := january(supportkpi.KPI("tickets_created").As(alias)).By("channel")
		filter := supportkpi.All(supportkpi.AtLeast(alias, 1), supportkpi.Greater(alias+".facts", 0))
		tree, err := client.Query(t.Context(), question.Having(filter))
		if err != nil {
			t.Errorf("alias %s: %v", alias, err)
			continue
		}
		text := ask(t, client, question.HavingText(filter.String()))
		if tree.Len() != 3 || !slices.Equal(lines(tree), lines(text)) {
			t.Errorf("alias %s, %s: tree %q, text %q", alias, filter, lines(tree), lines(text))
		}
	}
}

func TestFilterTexts(t *testing.T) {
	t.Parallel()
	type channel string
	for want, filter := range map[string]supportkpi.Filter{
		``:                                    supportkpi.All(),
		`replies >= "3"`:                      supportkpi.AtLeast("replies", 3),
		`score < "2.5"`:                       supportkpi.Less("score", 2.5),
		`cost = "1000000"`:                    supportkpi.Equal("cost", 1e6),
		`test = "true"`:                       supportkpi.Equal("test", true),
		`channel IN ("email", "web")`:         supportkpi.In("channel", channel("email"), channel("web")),
		`created_at > "2026-01-05T09:00:00Z"`: supportkpi.Greater("created_at", at(5, 9)),
		`"AND" < "1"`:                         supportkpi.Less("AND", 1),
		`"NOT.facts" >= "2" AND IN_.x = "3"`:  supportkpi.All(supportkpi.AtLeast("NOT.facts", 2), supportkpi.Equal("IN_.x", 3)),
		`NOT agent:*`:                         supportkpi.Missing("agent"),
		`a = "1"`:                             supportkpi.All(supportkpi.Filter{}, supportkpi.Any(supportkpi.Equal("a", 1))),
		`(a = "1" OR b:*) AND NOT (c = "x*" AND d <= "2")`: supportkpi.All(
			supportkpi.Any(supportkpi.Equal("a", 1), supportkpi.Present("b")),
			supportkpi.Not(supportkpi.All(supportkpi.Prefix("c", "x"), supportkpi.AtMost("d", 2)))),
		`ticket.attributes."a.-b" = "\*"`: supportkpi.Equal("ticket.attributes.a.-b", "*"),
	} {
		if got := filter.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if again := supportkpi.FilterFromProto(filter.Proto()); again.String() != want {
			t.Errorf("through the message: %s", again)
		}
	}
	if supportkpi.Any(supportkpi.Equal("a", 1), supportkpi.Filter{}).String() != "" {
		t.Error("any of a condition and none holds everywhere")
	}
}
