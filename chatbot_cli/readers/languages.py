"""The languages of code by the names of files, as Pygments calls them.

A table, since Pygments takes half a second to load, and takes `tool.pl` for Prolog, and `plot.r` for Rebol.
"""

import re
from pathlib import PurePath

_ENDINGS = {
    "python": "py pyi pyw bzl",
    "cython": "pyx pxd",
    "javascript": "js mjs cjs",
    "jsx": "jsx",
    "typescript": "ts mts cts",
    "tsx": "tsx",
    "vue": "vue svelte",
    "c": "c h",
    "cpp": "cc cpp cxx hpp hh hxx ino",
    "cuda": "cu cuh",
    "csharp": "cs",
    "fsharp": "fs fsx",
    "vb.net": "vb",
    "java": "java",
    "kotlin": "kt kts",
    "scala": "scala sc",
    "groovy": "groovy gradle",
    "clojure": "clj cljs cljc edn",
    "go": "go",
    "rust": "rs",
    "zig": "zig",
    "nim": "nim",
    "d": "d",
    "swift": "swift",
    "objective-c": "m mm",
    "dart": "dart",
    "ruby": "rb rake gemspec",
    "perl": "pl pm",
    "php": "php",
    "lua": "lua",
    "r": "r",
    "julia": "jl",
    "haskell": "hs",
    "ocaml": "ml mli",
    "elixir": "ex exs",
    "erlang": "erl hrl",
    "common-lisp": "lisp cl",
    "emacs-lisp": "el",
    "scheme": "scm ss",
    "racket": "rkt",
    "fortran": "f90 f95 f03 f for",
    "ada": "adb ads",
    "delphi": "pas dpr",
    "tcl": "tcl",
    "verilog": "v",
    "systemverilog": "sv svh",
    "vhdl": "vhd vhdl",
    "gas": "s asm",
    "bash": "sh bash zsh ksh",
    "fish": "fish",
    "powershell": "ps1 psm1",
    "batch": "bat cmd",
    "awk": "awk",
    "sed": "sed",
    "vim": "vim",
    "sql": "sql",
    "graphql": "graphql gql",
    "protobuf": "proto",
    "solidity": "sol",
    "glsl": "glsl vert frag",
    "json": "json jsonl ndjson json5 geojson webmanifest",
    "yaml": "yaml yml",
    "toml": "toml",
    "ini": "ini cfg conf properties service desktop editorconfig",
    "xml": "xml xsd xsl xslt svg plist rdf",
    "css": "css",
    "scss": "scss",
    "sass": "sass",
    "less": "less",
    "terraform": "tf hcl tfvars",
    "nixos": "nix",
    "cmake": "cmake",
    "make": "mk mak",
    "meson": "",
    "docker": "dockerfile",
    "diff": "diff patch",
    "tex": "tex sty cls",
    "bibtex": "bib",
}
_BY_ENDING = {ending: language for language, endings in _ENDINGS.items() for ending in endings.split()}
_BY_NAME = {
    "makefile": "make",
    "gnumakefile": "make",
    "dockerfile": "docker",
    "containerfile": "docker",
    "cmakelists.txt": "cmake",
    "gemfile": "ruby",
    "rakefile": "ruby",
    "vagrantfile": "ruby",
    "jenkinsfile": "groovy",
    "meson.build": "meson",
    "build": "python",
    "workspace": "python",
    ".bashrc": "bash",
    ".profile": "bash",
    ".zshrc": "bash",
    ".vimrc": "vim",
}
_SHEBANG = re.compile(r"#!\s*\S*?(?:/env\s+(?:-S\s+)?)?([A-Za-z]+)[\d.]*(?:\s|$)")
_BY_PROGRAM = {
    "python": "python",
    "sh": "bash",
    "bash": "bash",
    "zsh": "bash",
    "dash": "bash",
    "ksh": "bash",
    "node": "javascript",
    "perl": "perl",
    "ruby": "ruby",
    "php": "php",
    "lua": "lua",
    "awk": "awk",
    "gawk": "awk",
    "tclsh": "tcl",
    "make": "make",
    "fish": "fish",
    "pwsh": "powershell",
}


def language_of(path: PurePath, text: str) -> str:
    """The language of a file of code; empty for a text of another kind."""
    if found := _BY_NAME.get(path.name.lower()):
        return found
    if path.suffix:
        return _BY_ENDING.get(path.suffix[1:].lower(), "")
    if text.startswith("#!") and (program := _SHEBANG.match(text[:200].split("\n", 1)[0].replace("/env ", "/"))):
        return _BY_PROGRAM.get(program[1].rpartition("/")[2], "")
    return ""
