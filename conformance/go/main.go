// Drives a running cluster through client-go's rawkv client: every raw method, thousands of keys over many regions, while
// regions split by themselves and leaders are moved. Prints one line per group of checks and, last, `N passed, N failed`.
// Built twice: with go.mod (a current commit of client-go) and with -modfile=v2.0.7.mod.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"hash/crc64"
	"io"
	"math/rand"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tikv/client-go/v2/config"
	"github.com/tikv/client-go/v2/rawkv"
)

type suite struct {
	client *rawkv.Client
	pd     string
	keys   int
	rng    *rand.Rand
	prefix string
	passed atomic.Int64
	failed atomic.Int64
}

func (s *suite) check(ok bool, format string, args ...any) {
	if ok {
		s.passed.Add(1)
		return
	}
	if s.failed.Add(1) <= 20 {
		fmt.Printf("FAIL "+format+"\n", args...)
	}
}

func (s *suite) noError(err error, what string) bool {
	s.check(err == nil, "%s: %v", what, err)
	return err == nil
}

func (s *suite) key(i int) []byte   { return []byte(fmt.Sprintf("%s%08d", s.prefix, i)) }
func (s *suite) value(i int) []byte { return []byte(fmt.Sprintf("value-%d-%0200d", i, i)) }
func (s *suite) end() []byte        { return []byte(s.prefix + "~") }

func main() {
	pd := flag.String("pd", "127.0.0.1:2379", "address of the scheduler")
	keys := flag.Int("keys", 6000, "how many keys")
	seed := flag.Int64("seed", 1, "seed of the random parts")
	flag.Parse()

	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	client, err := rawkv.NewClient(ctx, []string{*pd}, config.Security{})
	if err != nil {
		fmt.Println("connect:", err)
		os.Exit(1)
	}
	defer client.Close()
	s := &suite{client: client, pd: *pd, keys: *keys, rng: rand.New(rand.NewSource(*seed)), prefix: fmt.Sprintf("go/%d/", os.Getpid())}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/tikv/client-go/v2" {
				fmt.Printf("client-go %s, cluster %d, seed %d\n", module.Version, client.ClusterID(), *seed)
			}
		}
	}

	stop := make(chan struct{})
	var moved atomic.Int64
	var mover sync.WaitGroup
	mover.Add(1)
	go func() { defer mover.Done(); s.moveLeaders(stop, &moved) }()

	for _, group := range []struct {
		name string
		run  func(context.Context)
	}{
		{"put and get", s.putAndGet},
		{"batch put, batch get", s.batch},
		{"scan forward and back", s.scan},
		{"overwrite, empty value, absent key", s.edges},
		{"time to live", s.ttl},
		{"compare and swap", s.cas},
		{"concurrent counters by compare and swap", s.counters},
		{"column families", s.columnFamilies},
		{"checksum", s.checksum},
		{"refusals", s.refusals},
		{"delete, batch delete, delete range", s.remove},
	} {
		before, beforeFailed := s.passed.Load(), s.failed.Load()
		started := time.Now()
		group.run(ctx)
		fmt.Printf("%-42s %6d checks %4d failed %8s\n", group.name, s.passed.Load()-before+s.failed.Load()-beforeFailed,
			s.failed.Load()-beforeFailed, time.Since(started).Round(time.Millisecond))
	}
	close(stop)
	mover.Wait()
	fmt.Printf("regions at the end: %d, leader transfers asked: %d\n", s.regionCount(), moved.Load())
	fmt.Printf("%d passed, %d failed\n", s.passed.Load(), s.failed.Load())
	if s.failed.Load() > 0 {
		os.Exit(1)
	}
}

func (s *suite) putAndGet(ctx context.Context) {
	var wait sync.WaitGroup
	const workers = 16
	for w := 0; w < workers; w++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := w; i < s.keys/2; i += workers {
				s.noError(s.client.Put(ctx, s.key(i), s.value(i)), "put")
				got, err := s.client.Get(ctx, s.key(i))
				s.check(err == nil && bytes.Equal(got, s.value(i)), "get after put %d: %v", i, err)
			}
		}()
	}
	wait.Wait()
}

func (s *suite) batch(ctx context.Context) {
	for from := s.keys / 2; from < s.keys; from += 500 {
		var keys, values [][]byte
		for i := from; i < from+500 && i < s.keys; i++ {
			keys = append(keys, s.key(i))
			values = append(values, s.value(i))
		}
		s.noError(s.client.BatchPut(ctx, keys, values), "batch put")
	}
	order := s.rng.Perm(s.keys)
	for from := 0; from < len(order); from += 700 {
		var keys [][]byte
		part := order[from:min(from+700, len(order))]
		for _, i := range part {
			keys = append(keys, s.key(i))
		}
		keys = append(keys, []byte(s.prefix+"absent"))
		got, err := s.client.BatchGet(ctx, keys)
		if s.noError(err, "batch get") {
			for at, i := range part {
				s.check(bytes.Equal(got[at], s.value(i)), "batch get of key %d", i)
			}
			s.check(got[len(part)] == nil, "batch get of an absent key")
		}
	}
}

func (s *suite) scan(ctx context.Context) {
	next, seen := []byte(s.prefix), 0
	for {
		keys, values, err := s.client.Scan(ctx, next, s.end(), 1000)
		if !s.noError(err, "scan") || len(keys) == 0 {
			break
		}
		for at := range keys {
			s.check(bytes.Equal(keys[at], s.key(seen)) && bytes.Equal(values[at], s.value(seen)), "scan at %d gave %q", seen, keys[at])
			seen++
		}
		next = append(bytes.Clone(keys[len(keys)-1]), 0)
	}
	s.check(seen == s.keys, "scan saw %d of %d keys", seen, s.keys)

	upper, seen := s.end(), s.keys
	for {
		keys, _, err := s.client.ReverseScan(ctx, upper, []byte(s.prefix), 1000, rawkv.ScanKeyOnly())
		if !s.noError(err, "reverse scan") || len(keys) == 0 {
			break
		}
		for at := range keys {
			seen--
			s.check(bytes.Equal(keys[at], s.key(seen)), "reverse scan at %d gave %q", seen, keys[at])
		}
		upper = keys[len(keys)-1]
	}
	s.check(seen == 0, "reverse scan stopped with %d keys left", seen)

	for round := 0; round < 50; round++ {
		from := s.rng.Intn(s.keys)
		to := from + s.rng.Intn(s.keys-from) + 1
		limit := 1 + s.rng.Intn(300)
		keys, _, err := s.client.Scan(ctx, s.key(from), s.key(to), limit)
		s.check(err == nil && len(keys) == min(limit, to-from), "scan [%d, %d) limit %d gave %d: %v", from, to, limit, len(keys), err)
	}
}

func (s *suite) edges(ctx context.Context) {
	key := []byte(s.prefix + "edge")
	got, err := s.client.Get(ctx, key)
	s.check(err == nil && got == nil, "absent key gave %q, %v", got, err)
	for i := 0; i < 100; i++ {
		s.noError(s.client.Put(ctx, key, s.value(i)), "overwrite")
	}
	got, err = s.client.Get(ctx, key)
	s.check(err == nil && bytes.Equal(got, s.value(99)), "the last write wins: %v", err)
	large := bytes.Repeat([]byte{7}, 2<<20)
	s.noError(s.client.Put(ctx, key, large), "2 MiB value")
	got, err = s.client.Get(ctx, key)
	s.check(err == nil && bytes.Equal(got, large), "2 MiB value read back: %v", err)
	binary := []byte{0, 0xff, 0, 0xfe, 1}
	full := append([]byte(s.prefix), binary...)
	s.noError(s.client.Put(ctx, full, binary), "binary key")
	got, err = s.client.Get(ctx, full)
	s.check(err == nil && bytes.Equal(got, binary), "binary key read back: %v", err)
	s.noError(s.client.BatchDelete(ctx, [][]byte{key, full}), "clean up")
}

func (s *suite) ttl(ctx context.Context) {
	key := []byte(s.prefix + "ttl")
	s.noError(s.client.PutWithTTL(ctx, key, []byte("v"), 3600), "put with ttl")
	left, err := s.client.GetKeyTTL(ctx, key)
	s.check(err == nil && left != nil && *left > 3500 && *left <= 3600, "ttl left: %v, %v", left, err)
	s.noError(s.client.Put(ctx, key, []byte("v")), "put without ttl")
	left, err = s.client.GetKeyTTL(ctx, key)
	s.check(err == nil && left != nil && *left == 0, "no ttl: %v, %v", left, err)
	left, err = s.client.GetKeyTTL(ctx, []byte(s.prefix+"absent"))
	s.check(err == nil && left == nil, "ttl of an absent key: %v, %v", left, err)
	s.noError(s.client.PutWithTTL(ctx, key, []byte("v"), 1), "put with a ttl of one second")
	gone := false
	for wait := 0; wait < 40 && !gone; wait++ {
		time.Sleep(100 * time.Millisecond)
		got, err := s.client.Get(ctx, key)
		gone = err == nil && got == nil
	}
	s.check(gone, "the key outlived its ttl")
	keys := [][]byte{[]byte(s.prefix + "ttl1"), []byte(s.prefix + "ttl2")}
	s.noError(s.client.BatchPutWithTTL(ctx, keys, keys, []uint64{100, 0}), "batch put with ttls")
	left, err = s.client.GetKeyTTL(ctx, keys[0])
	s.check(err == nil && left != nil && *left > 50, "ttl of the first: %v, %v", left, err)
	s.noError(s.client.BatchDelete(ctx, append(keys, key)), "clean up")
}

func (s *suite) cas(ctx context.Context) {
	atomicClient := s.atomicClient(ctx)
	if atomicClient == nil {
		return
	}
	defer atomicClient.Close()
	key := []byte(s.prefix + "cas")
	_, swapped, err := atomicClient.CompareAndSwap(ctx, key, nil, []byte("1"))
	s.check(err == nil && swapped, "swap of an absent key: %v", err)
	was, swapped, err := atomicClient.CompareAndSwap(ctx, key, []byte("x"), []byte("2"))
	s.check(err == nil && !swapped && string(was) == "1", "swap against another value: %q, %v", was, err)
	was, swapped, err = atomicClient.CompareAndSwap(ctx, key, []byte("1"), []byte("2"))
	s.check(err == nil && swapped && string(was) == "1", "swap: %q, %v", was, err)
	_, swapped, err = atomicClient.CompareAndSwap(ctx, key, nil, []byte("3"))
	s.check(err == nil && !swapped, "swap as if absent: %v", err)
	s.noError(atomicClient.Delete(ctx, key), "clean up")
}

// Every increment is counted once: lost updates and double applies both show.
func (s *suite) counters(ctx context.Context) {
	atomicClient := s.atomicClient(ctx)
	if atomicClient == nil {
		return
	}
	defer atomicClient.Close()
	key := []byte(s.prefix + "counter")
	const workers, increments = 8, 40
	s.noError(atomicClient.Put(ctx, key, []byte("0")), "counter")
	var wait sync.WaitGroup
	for w := 0; w < workers; w++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for done := 0; done < increments; {
				now, err := atomicClient.Get(ctx, key)
				if err != nil {
					s.check(false, "counter read: %v", err)
					return
				}
				var n int
				fmt.Sscan(string(now), &n)
				_, swapped, err := atomicClient.CompareAndSwap(ctx, key, now, []byte(fmt.Sprint(n+1)))
				if err != nil {
					s.check(false, "counter swap: %v", err)
					return
				}
				if swapped {
					done++
				}
			}
		}()
	}
	wait.Wait()
	got, err := atomicClient.Get(ctx, key)
	s.check(err == nil && string(got) == fmt.Sprint(workers*increments), "counter is %q, expected %d: %v", got, workers*increments, err)
	s.noError(atomicClient.Delete(ctx, key), "clean up")
}

func (s *suite) atomicClient(ctx context.Context) *rawkv.Client {
	client, err := rawkv.NewClient(ctx, []string{s.pd}, config.Security{})
	if !s.noError(err, "second client") {
		return nil
	}
	return client.SetAtomicForCAS(true)
}

func (s *suite) columnFamilies(ctx context.Context) {
	key := []byte(s.prefix + "family")
	for _, cf := range []string{"default", "lock", "write"} {
		s.noError(s.client.Put(ctx, key, []byte(cf), rawkv.SetColumnFamily(cf)), "put in "+cf)
	}
	for _, cf := range []string{"default", "lock", "write"} {
		got, err := s.client.Get(ctx, key, rawkv.SetColumnFamily(cf))
		s.check(err == nil && string(got) == cf, "get from %s: %q, %v", cf, got, err)
		s.noError(s.client.Delete(ctx, key, rawkv.SetColumnFamily(cf)), "delete from "+cf)
	}
}

func (s *suite) checksum(ctx context.Context) {
	var sum, bytesTotal uint64
	table := crc64.MakeTable(crc64.ECMA)
	for i := 0; i < s.keys; i++ {
		digest := crc64.New(table)
		digest.Write(s.key(i))
		digest.Write(s.value(i))
		sum ^= digest.Sum64()
		bytesTotal += uint64(len(s.key(i)) + len(s.value(i)))
	}
	got, err := s.client.Checksum(ctx, s.key(0), s.end())
	if s.noError(err, "checksum") {
		s.check(got.Crc64Xor == sum, "checksum %x, expected %x", got.Crc64Xor, sum)
		s.check(got.TotalKvs == uint64(s.keys), "checksum counted %d pairs", got.TotalKvs)
		s.check(got.TotalBytes == bytesTotal, "checksum counted %d bytes, expected %d", got.TotalBytes, bytesTotal)
	}
}

func (s *suite) refusals(ctx context.Context) {
	short, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	s.check(s.client.Put(short, []byte(s.prefix+"cf"), []byte("v"), rawkv.SetColumnFamily("nonsense")) != nil, "an unknown column family was accepted")
	s.check(s.client.Put(short, bytes.Repeat([]byte("k"), 5000), []byte("v")) != nil, "a key of 5,000 bytes was accepted")
	s.check(s.client.Put(short, []byte(s.prefix+"large"), make([]byte, 7<<20)) != nil, "a value of 7 MiB was accepted")
	got, err := s.client.Get(ctx, s.key(0))
	s.check(err == nil && bytes.Equal(got, s.value(0)), "the store serves on after refusals: %v", err)
}

func (s *suite) remove(ctx context.Context) {
	third := s.keys / 3
	for i := 0; i < 100; i++ {
		s.noError(s.client.Delete(ctx, s.key(i)), "delete")
	}
	s.noError(s.client.Delete(ctx, []byte(s.prefix+"absent")), "delete of an absent key")
	var keys [][]byte
	for i := 100; i < third; i++ {
		keys = append(keys, s.key(i))
	}
	s.noError(s.client.BatchDelete(ctx, keys), "batch delete")
	s.noError(s.client.DeleteRange(ctx, s.key(third), s.key(2*third)), "delete range")
	for _, i := range []int{0, 99, 100, third - 1, third, 2*third - 1} {
		got, err := s.client.Get(ctx, s.key(i))
		s.check(err == nil && got == nil, "key %d is still there: %v", i, err)
	}
	kept, _, err := s.client.Scan(ctx, []byte(s.prefix), s.end(), 10)
	s.check(err == nil && len(kept) == 10 && bytes.Equal(kept[0], s.key(2*third)), "the first kept key: %v", err)
	s.noError(s.client.DeleteRange(ctx, []byte(s.prefix), s.end()), "delete the rest")
	left, _, err := s.client.Scan(ctx, []byte(s.prefix), s.end(), 10)
	s.check(err == nil && len(left) == 0, "%d keys left: %v", len(left), err)
}

type regionList struct {
	Count   int `json:"count"`
	Regions []struct {
		ID     uint64 `json:"id"`
		Leader struct {
			StoreID uint64 `json:"store_id"`
		} `json:"leader"`
		Peers []struct {
			StoreID uint64 `json:"store_id"`
		} `json:"peers"`
	} `json:"regions"`
}

func (s *suite) regions() (list regionList, err error) {
	response, err := http.Get("http://" + s.pd + "/pd/api/v1/regions")
	if err != nil {
		return list, err
	}
	defer response.Body.Close()
	return list, json.NewDecoder(response.Body).Decode(&list)
}

func (s *suite) regionCount() int {
	list, err := s.regions()
	s.noError(err, "list the regions")
	return list.Count
}

// Asks the scheduler to hand a region's leadership to another of its peers, five times a second, until stopped.
func (s *suite) moveLeaders(stop <-chan struct{}, moved *atomic.Int64) {
	rng := rand.New(rand.NewSource(99))
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		list, err := s.regions()
		if err != nil || len(list.Regions) == 0 {
			continue
		}
		region := list.Regions[rng.Intn(len(list.Regions))]
		if len(region.Peers) < 2 {
			continue
		}
		target := region.Peers[rng.Intn(len(region.Peers))].StoreID
		if target == region.Leader.StoreID {
			continue
		}
		body, _ := json.Marshal(map[string]any{"name": "transfer-leader", "region_id": region.ID, "to_store_id": target})
		response, err := http.Post("http://"+s.pd+"/pd/api/v1/operators", "application/json", bytes.NewReader(body))
		if err != nil {
			continue
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			moved.Add(1)
		}
	}
}
