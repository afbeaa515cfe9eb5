"""What `chat --help` says before and after the flags."""

DESCRIPTION = """Chat with any OpenAI-compatible model.

With a PROMPT, or one piped in, it answers and ends; without, it is a conversation. In a PROMPT, - stands for stdin."""
EXAMPLES = """\b
Examples:
  chat                                  a conversation
  chat --persona tutor                  with a patient Python tutor
  chat "What is a generator?"           one question, the answer
  git diff | chat -p reviewer "Review this"
  git diff | chat -i "Review this"      the answer, then a conversation
  chat --model demo                     offline, without a key
  chat --model ollama/llama3.2          a model on this machine
  chat --compare demo,demo "Hello"      several models at once, side by side
  chat -c --dry-run "And now?"          the request as JSON; nothing is sent

\b
Models:
  chat models                           list those you can open; --all, all there are
  chat models sonnet                    those whose names hold the word

\b
Answers as data:
  chat --schema 'name, age int' "…"     JSON in a pipe, a table on a terminal
  chat --schema person.json --many -o csv "…"
  chat -c --schema off "…"              a text again
  chat schema show WHAT                 what a server is sent of a schema
  chat schema check WHAT                whether it is sound
CSV keeps cells that begin with = + - @ as they are; a spreadsheet may run them.

\b
Tools, which the model calls:
  chat --tool time "What time is it?"   a built-in one: time, calculate, folder
  chat --tools shop.py "…"              the functions of a Python file
  chat --mcp servers.json "…"           the tools of MCP servers
  chat tools list                       all there are; with --tools, --mcp too
  chat tools show NAME                  what a model is told of one
  chat tools check FILE.py              which functions are tools, and why not
  chat tools call NAME JSON             run one by hand, without a model
  chat tools servers                    start each MCP server, and count its tools

\b
Your own documents:
  chat docs add FOLDER                  read a folder, as a collection
  chat --docs NAME "…"                  an answer from it, with its sources
  chat docs update                      read what has changed
  chat docs search NAME WORDS           what a question would find
  chat docs --help                      list, show and remove them

\b
Personas:
  chat personas                         list them
  chat personas show NAME               print one
  chat personas check [NAME|PATH...]    find mistakes in them
  chat personas path                    where they live

\b
Saved conversations:
  chat sessions                         list them
  chat sessions search WORDS            find what was said
  chat sessions show ID|TITLE           print one
  chat sessions export ID|TITLE         as Markdown; --format json, jsonl or html
  chat sessions --help                  rename, remove and import them

\b
Tokens and cost:
  chat stats                            of today, this month, all time

\b
When something does not work:
  chat doctor                           what is wrong, and the setting that mends it

Settings also come from the environment, .env and config.toml; .env.example in the repository names them all."""
