"""MCP servers as tools: started in the background, called, and closed. The library `mcp` is loaded only with one.

Imports chat, the ground and, of tools, result_text and source; the libraries mcp and httpx2. Begin with server.py.
"""
