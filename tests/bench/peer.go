// The same work in Go. usage: peer WORK COUNT [URL]
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

func runAwait(count int) int {
	total := 0
	for i := 0; i < count; i++ {
		result := make(chan int, 1)
		go func() { result <- i }()
		total += <-result
	}
	return total
}

func runStart(count int) int {
	for i := 0; i < count/100; i++ {
		var group sync.WaitGroup
		group.Add(100)
		for n := 0; n < 100; n++ {
			go group.Done()
		}
		group.Wait()
	}
	return count
}

func runGather(count int) int {
	total := 0
	for i := 0; i < count/100; i++ {
		var group sync.WaitGroup
		group.Add(100)
		results := make([]int, 100)
		for n := range results {
			go func() {
				results[n] = n
				group.Done()
			}()
		}
		group.Wait()
		total += len(results)
	}
	return total
}

func runSwitch(count int) int {
	var group sync.WaitGroup
	group.Add(2)
	turns := [2]int{}
	for i := range turns {
		go func() {
			for turns[i] < count/2 {
				turns[i]++
				runtime.Gosched()
			}
			group.Done()
		}()
	}
	group.Wait()
	return turns[0] + turns[1]
}

func runQueue(count, ends int) int {
	queue := make(chan int, 64)
	totals := make(chan int)
	var producers sync.WaitGroup
	producers.Add(ends)
	for n := 0; n < ends; n++ {
		go func() {
			for i := 0; i < count/ends; i++ {
				queue <- i
			}
			producers.Done()
		}()
		go func() {
			total := 0
			for item := range queue {
				total += item
			}
			totals <- total
		}()
	}
	producers.Wait()
	close(queue)
	total := 0
	for n := 0; n < ends; n++ {
		total += <-totals
	}
	return total
}

func runLimiter(count int) int {
	gate := make(chan struct{}, 100)
	var group sync.WaitGroup
	group.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			gate <- struct{}{}
			runtime.Gosched()
			<-gate
			group.Done()
		}()
	}
	group.Wait()
	return count
}

func runSleepers(count int) int {
	var group sync.WaitGroup
	group.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			time.Sleep(time.Second)
			group.Done()
		}()
	}
	group.Wait()
	return count
}

func fetch(client *http.Client, url string) int {
	response, err := client.Get(url)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	return len(body)
}

func runHTTP(count int, url string) int {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	jobs := make(chan struct{}, 100)
	totals := make(chan int)
	for n := 0; n < 100; n++ {
		go func() {
			total := 0
			for range jobs {
				total += fetch(client, url)
			}
			totals <- total
		}()
	}
	for i := 0; i < count; i++ {
		jobs <- struct{}{}
	}
	close(jobs)
	total := 0
	for n := 0; n < 100; n++ {
		total += <-totals
	}
	return total
}

func main() {
	if len(os.Args) < 3 {
		fmt.Println("Hello, world")
		return
	}
	runtime.GOMAXPROCS(1) // one loop, as the others have; no goroutine waits for another's processor
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	switch os.Args[1] {
	case "await":
		fmt.Println(runAwait(count))
	case "start":
		fmt.Println(runStart(count))
	case "gather":
		fmt.Println(runGather(count))
	case "switch":
		fmt.Println(runSwitch(count))
	case "queue1":
		fmt.Println(runQueue(count, 1))
	case "queue4":
		fmt.Println(runQueue(count, 4))
	case "limiter":
		fmt.Println(runLimiter(count))
	case "sleepers":
		fmt.Println(runSleepers(count))
	case "http":
		fmt.Println(runHTTP(count, os.Args[3]))
	default:
		panic("no such work")
	}
}
