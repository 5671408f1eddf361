// Runs go-ycsb's own client, core workload and tikv driver (raw mode) against a running cluster: first the load phase,
// then workload a (half reads, half updates). go-ycsb's command links every database it knows; this links only tikv.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/magiconair/properties"
	"github.com/pingcap/go-ycsb/pkg/client"
	"github.com/pingcap/go-ycsb/pkg/measurement"
	"github.com/pingcap/go-ycsb/pkg/prop"
	_ "github.com/pingcap/go-ycsb/pkg/workload"
	"github.com/pingcap/go-ycsb/pkg/ycsb"

	_ "github.com/pingcap/go-ycsb/db/tikv"
)

func main() {
	pd := flag.String("pd", "127.0.0.1:2379", "address of the scheduler")
	records := flag.Int("records", 10000, "records to load")
	operations := flag.Int("operations", 20000, "operations of workload a")
	threads := flag.Int("threads", 16, "client threads")
	flag.Parse()

	for _, phase := range []string{"load", "run"} {
		if err := run(phase, *pd, *records, *operations, *threads); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func run(phase, pd string, records, operations, threads int) error {
	props := properties.NewProperties()
	set := func(key string, value any) { props.MustSet(key, fmt.Sprint(value)) }
	set("tikv.pd", pd)
	set("tikv.type", "raw")
	set("tikv.conncount", 4)
	set("recordcount", records)
	set("operationcount", operations)
	set("readallfields", true)
	set("readproportion", 0.5)
	set("updateproportion", 0.5)
	set("scanproportion", 0)
	set("insertproportion", 0)
	set("requestdistribution", "uniform")
	set(prop.ThreadCount, threads)
	set(prop.DoTransactions, phase == "run")
	set(prop.Command, phase)

	measurement.InitMeasure(props)
	workload, err := ycsb.GetWorkloadCreator("core").Create(props)
	if err != nil {
		return fmt.Errorf("workload: %w", err)
	}
	db, err := ycsb.GetDBCreator("tikv").Create(props)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", pd, err)
	}
	wrapped := client.DbWrapper{DB: db}
	started := time.Now()
	client.NewClient(props, workload, wrapped).Run(context.Background())
	fmt.Printf("ycsb %s finished, takes %s\n", phase, time.Since(started).Round(time.Millisecond))
	measurement.Output()
	return wrapped.Close()
}
