// Package supportkpi is the Go client of supportkpi, the gRPC metrics service for support organisations: it stores tickets,
// surveys, calls, agent time and customer periods, and answers any support KPI.
//
// # Ask
//
// A Client talks to one server. A question is a Query: KPIs, a range of time, and whatever else it needs.
//
//	client, err := supportkpi.NewClient("127.0.0.1:50051", supportkpi.WithTenant("acme"))
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	answer, err := client.Query(ctx, supportkpi.NewQuery(
//		supportkpi.KPI("csat"),
//		supportkpi.KPI("first_response_time").Percentile(90).InBusinessHours().As("first_response_p90"),
//	).During("last_30_days").By("channel"))
//	if err != nil {
//		return err
//	}
//	for row := range answer.Rows() {
//		fmt.Println(row.Key("channel"), row.Cell("csat"), row.Cell("first_response_p90"))
//	}
//
// A Cell carries its value, its unit and its evidence; where there is no value it says why, and Value is NaN, never 0. Filters
// are built of Equal, In, Less, All, Any, Not and so on, so texts of users need no quoting. Pages and Stream are for answers of
// any size, Batch asks several questions on one snapshot, Validate says in words what a question means.
//
// # Write
//
// Upsert stores up to 10,000 records, all or none. Import streams any number of them: what is acknowledged is durable, refused
// records are handed back one by one, and an import that broke off goes on where it stopped.
//
// # Errors, deadlines, retries
//
// Every failed call returns an *Error with the gRPC code, the fields that are wrong and what is allowed. A call whose context
// has no deadline gets DefaultTimeout (WithTimeout changes it); streams get none.
//
// Calls that are safe to repeat are tried again by the policy that all clients of supportkpi share, ServiceConfig: up to five
// attempts when the server is unavailable or stops meanwhile. When the server is too busy it says when to come back, and the
// client does, as long as the deadline allows.
//
// # Messages
//
// Records, settings and definitions are the generated messages of package supportkpi.dev/clients/go/supportkpi/v1; whatever
// Client has no method for is there in its fields KPIs, RecordStore, Config and Admin. Package
// supportkpi.dev/clients/go/supportkpitest runs a real server for tests.
package supportkpi
