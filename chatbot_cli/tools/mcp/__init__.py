"""MCP servers as tools: started in the background, called, and closed. The library `mcp` is loaded only with one."""
