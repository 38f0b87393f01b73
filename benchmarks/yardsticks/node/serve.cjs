// Answers events: each line is one event and how often it is asked; a line comes back with times and the answer.
const { createInterface } = require("node:readline");
const { handler } = require(process.env.HANDLER);

async function serve() {
  for await (const line of createInterface({ input: process.stdin })) {
    const { event, count } = JSON.parse(line);
    const times = [];
    let answer;
    for (let number = 0; number < count; number++) {
      const start = performance.now();
      answer = await handler(event);
      times.push(performance.now() - start);
    }
    console.log(JSON.stringify({ times, answer }));
  }
  // The pool's connection would keep the process.
  process.exit();
}

serve();
