package supportkpi_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	supportkpi "supportkpi.dev/clients/go"
	"supportkpi.dev/clients/go/supportkpitest"
)

// block is a fenced block of the README.
type block struct {
	language, text string
	notRun         bool
}

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	var open *block
	before := ""
	for line := range strings.Lines(string(readme)) {
		switch {
		case open == nil && strings.HasPrefix(line, "```"):
			open = &block{language: strings.TrimSpace(line[3:]), notRun: strings.HasPrefix(before, "<!-- starts the server")}
		case open != nil && strings.HasPrefix(line, "```"):
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += line
		}
		before = line
	}
	if len(blocks) < 10 {
		t.Fatalf("only %d blocks in the README", len(blocks))
	}
	return blocks
}

// The first part of the README is done as it says: its files are written, its commands run, their output compared.
func TestTheReadmeLeadsToNumbers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(checkout, "clients"), filepath.Join(folder, "clients")); err != nil {
		t.Fatal(err)
	}
	// The module of the README is the one below its own folder.
	replaceAddress := strings.NewReplacer("127.0.0.1:50051", address)
	var script strings.Builder
	script.WriteString("set -eu\n")
	want := ""
	for _, block := range readmeBlocks(t) {
		switch {
		case block.notRun:
		case block.language == "sh":
			script.WriteString(block.text)
		case block.language == "csv":
			fmt.Fprintf(&script, "cat > tickets.csv <<'END'\n%sEND\n", block.text)
		case block.language == "go" && strings.HasPrefix(block.text, "package main"):
			fmt.Fprintf(&script, "cat > main.go <<'END'\n%sEND\n", replaceAddress.Replace(block.text))
		case block.language == "text":
			want = block.text
		}
	}
	script.WriteString("go run .\n") // it says: run it again
	command := exec.Command("bash", "-c", script.String())
	command.Dir = folder
	command.Env = append(os.Environ(), "GOFLAGS=-modcacherw")
	var diagnostics strings.Builder
	command.Stderr = &diagnostics
	got, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, diagnostics.String())
	}
	if want == "" || string(got) != want+want {
		t.Errorf("got\n%s\nwant twice\n%s", got, want)
	}
}

// The other blocks stand in this file, word for word, in functions that are compiled or run.
func TestTheOtherBlocksOfTheReadmeAreCompiled(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	squeeze := func(text string) string {
		var out []string
		for line := range strings.Lines(text) {
			out = append(out, strings.TrimSpace(line))
		}
		return strings.Join(out, "\n")
	}
	compiled := squeeze(string(source))
	found := 0
	for _, block := range readmeBlocks(t) {
		if block.language != "go" || strings.HasPrefix(block.text, "package main") {
			continue
		}
		found++
		if !strings.Contains(compiled, strings.TrimSpace(squeeze(block.text))) {
			t.Errorf("this block is not compiled:\n%s", block.text)
		}
	}
	if found < 7 {
		t.Errorf("only %d blocks", found)
	}
}

func readmeClient(t *testing.T) (context.Context, *supportkpi.Client) {
	client := newClient(t)
	upsert(t, client, answeredTicket("a", "email", at(5, 9), time.Hour), answeredTicket("b", "chat", at(6, 9), time.Minute))
	return t.Context(), client
}

func TestReadmeAsk(t *testing.T) {
	t.Parallel()
	ctx, client := readmeClient(t)
	query := supportkpi.NewQuery(
		supportkpi.KPI("tickets_created"),
		supportkpi.KPI("first_response_time").Percentile(90).InBusinessHours().As("p90"),
	).
		Between(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)).
		InZone("Europe/Berlin").
		Every(supportkpi.Week).
		By("channel").
		Where(supportkpi.All(
			supportkpi.In("channel", "email", "chat"),
			supportkpi.Not(supportkpi.Equal("priority", "low"))))
	explained, err := client.Validate(ctx, query) // what it means, in words
	if err != nil || !explained.GetValid() {
		t.Fatal(explained, err)
	}
	answer := ask(t, client, january(supportkpi.KPI("csat")).By("channel"))
	for row := range answer.Rows() {
		cell := row.Cell("csat")
		if !cell.Present() {
			fmt.Println(row.Key("channel"), "has none:", cell.Absent)
			continue
		}
		fmt.Println(row.Key("channel"), cell.Value, "from", cell.Facts, "surveys, left out:", cell.LeftOut)
	}
	stream := func() error {
		for row, err := range client.Stream(ctx, query).Rows() {
			if err != nil {
				return err
			}
			fmt.Println(row)
		}
		return nil
	}
	if err := stream(); err != nil {
		t.Fatal(err)
	}
}

func TestReadmeWrite(t *testing.T) {
	t.Parallel()
	ctx, client := readmeClient(t)
	records := tickets(700, -1)
	progress, err := client.Import(ctx, records, supportkpi.ImportOptions{
		StreamID: "crm-2026-01",
		OnProgress: func(progress supportkpi.ImportProgress) {
			log.Print(progress.Records, " records are durable")
		},
		OnRejected: func(rejected supportkpi.RejectedRecord) {
			log.Print("record ", rejected.Index, ": ", rejected.Violations)
		},
	})
	if err != nil || progress.Accepted != 700 {
		t.Fatal(progress, err)
	}
}

func TestReadmeErrors(t *testing.T) {
	t.Parallel()
	ctx, client := readmeClient(t)
	_, err := client.Query(ctx, supportkpi.NewQuery(supportkpi.KPI("csatt")).During("last_30_days"))
	var failure *supportkpi.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Code, failure.Reason)
		for _, violation := range failure.Violations {
			fmt.Println(violation.Field, "is wrong:", violation.Description)
		}
	}
	if failure == nil {
		t.Fatal(err)
	}
}

func TestReadmeConnect(t *testing.T) {
	t.Parallel()
	client, err := supportkpi.NewClient("grpcs://kpis.example.com",
		supportkpi.WithCertificateAuthority("/etc/supportkpi/ca.pem"),
		supportkpi.WithToken(os.Getenv("SUPPORTKPI_TOKEN")),
		supportkpi.WithTenant("acme"))
	if err == nil || !strings.Contains(err.Error(), "/etc/supportkpi/ca.pem") {
		t.Error(client, err) // there is no such file on this machine
	}
}

func TestMyReport(t *testing.T) {
	server := supportkpitest.Start(t)
	client, err := supportkpi.NewClient(server.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	// ... store records, ask, compare
}
