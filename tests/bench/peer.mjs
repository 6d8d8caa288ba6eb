// The same work in Node. usage: node peer.mjs WORK COUNT [URL]

const one = async (n) => n;
const nil = async () => {};
const range = (count, make) => Array.from({ length: count }, (_, n) => make(n));
const add = (numbers) => numbers.reduce((a, b) => a + b, 0);

async function turns(count) {
  let n = 0;
  for (let i = 0; i < count; i++) {
    await null;
    n++;
  }
  return n;
}

class Queue {
  items = [];
  first = 0;
  readers = [];
  writers = [];
  closed = false;

  async put(item) {
    while (this.items.length - this.first >= 64) {
      await new Promise((wake) => this.writers.push(wake));
    }
    this.items.push(item);
    this.readers.shift()?.();
  }

  async get() {
    while (this.items.length === this.first) {
      if (this.closed) return null;
      await new Promise((wake) => this.readers.push(wake));
    }
    const item = this.items[this.first++];
    if (this.first === 64) {
      this.items = this.items.slice(64);
      this.first = 0;
    }
    this.writers.shift()?.();
    return item;
  }

  close() {
    this.closed = true;
    for (const wake of this.readers.splice(0)) wake();
  }
}

async function queue(count, ends) {
  const q = new Queue();
  const consumers = range(ends, async () => {
    let total = 0;
    for (let item; (item = await q.get()) !== null; ) total += item;
    return total;
  });
  const producers = range(ends, async () => {
    for (let i = 0; i < count / ends; i++) await q.put(i);
  });
  await Promise.all(producers);
  q.close();
  return add(await Promise.all(consumers));
}

class Gate {
  free = 100;
  waiting = [];
  first = 0;

  async enter() {
    if (this.free > 0) this.free--;
    else await new Promise((wake) => this.waiting.push(wake));
  }

  leave() {
    if (this.first < this.waiting.length) this.waiting[this.first++]();
    else this.free++;
  }
}

const works = {
  async await(count) {
    let total = 0;
    for (let i = 0; i < count; i++) total += await one(i);
    return total;
  },
  async start(count) {
    for (let i = 0; i < count / 100; i++) await Promise.all(range(100, nil));
    return count;
  },
  async gather(count) {
    let total = 0;
    for (let i = 0; i < count / 100; i++) total += (await Promise.all(range(100, one))).length;
    return total;
  },
  async switch(count) {
    return add(await Promise.all([turns(count / 2), turns(count / 2)]));
  },
  queue1: (count) => queue(count, 1),
  queue4: (count) => queue(count, 4),
  async limiter(count) {
    const gate = new Gate();
    const work = async () => {
      await gate.enter();
      await null;
      gate.leave();
    };
    await Promise.all(range(count, work));
    return count;
  },
  async sleepers(count) {
    await Promise.all(range(count, () => new Promise((wake) => setTimeout(wake, 1000))));
    return count;
  },
  async http(count, url) {
    const { Agent, get } = await import("node:http");
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    const fetch = () =>
      new Promise((give, fail) => {
        const request = get(url, { agent }, (response) => {
          let length = 0;
          response.on("data", (bytes) => (length += bytes.length));
          response.on("end", () => give(length));
        });
        request.on("error", fail);
      });
    let left = count;
    let total = 0;
    const worker = async () => {
      while (left-- > 0) {
        const length = await fetch(); // `total += await` would read the total too early
        total += length;
      }
    };
    await Promise.all(range(100, worker));
    agent.destroy();
    return total;
  },
};

const [work, count, url] = process.argv.slice(2);
console.log(work ? await works[work](Number(count), url) : "Hello, world");
