"""The chat for other programs: OpenAI's protocol, MCP, health and metrics."""
