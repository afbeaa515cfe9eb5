"""The tables of providers.toml, read by scripts/generate_as_read.py. Do not edit it."""
# fmt: off
# ruff: noqa: E501

from collections.abc import Mapping
from typing import Any

CHECKSUM = 3655859402
TABLES: Mapping[str, Any] = {
    'openai': {'label': 'OpenAI', 'url': 'https://api.openai.com/v1', 'key_env': ['OPENAI_API_KEY'], 'key_begins': 'sk-', 'limit': 'max_completion_tokens', 'subset': 'strict', 'sdk_headers': True, 'cache_key': True, 'default': True, 'prices': 'openai', 'models': ['gpt-6-luna', 'gpt-6-sol', 'gpt-6.1-terra', 'gpt-6.1-sol', 'gpt-5.6-luna', 'gpt-5.6-terra', 'gpt-5.6-sol', 'gpt-5.4-mini']},
    'anthropic': {'label': 'Claude', 'url': 'https://api.anthropic.com/v1', 'key_env': ['ANTHROPIC_API_KEY'], 'key_begins': 'sk-ant-', 'auth': 'header:x-api-key', 'speaks': 'messages', 'subset': 'claude', 'tools': 'object', 'cache': 'mark', 'reasoning': {'field': 'thinking', 'back': 'with-tools'}, 'effort': {'field': 'output_config.effort'}, 'instead': {'schema': 'prompt', 'tools': 'object', 'cache': 'none', 'lists_models': False}, 'prices': 'anthropic', 'models': ['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5']},
    'gemini': {'label': 'Gemini', 'url': 'https://generativelanguage.googleapis.com/v1beta/openai', 'key_env': ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], 'key_begins': 'AIza', 'tools': 'plain', 'list_prefix': 'models/', 'prices': 'google', 'models': ['gemini-3.8-flash']},
    'openrouter': {'label': 'OpenRouter', 'url': 'https://openrouter.ai/api/v1', 'key_env': ['OPENROUTER_API_KEY'], 'key_begins': 'sk-or-', 'reasoning': {'field': 'reasoning', 'back': 'with-tools'}, 'window': ['context_length'], 'prices': 'openrouter'},
    'mistral': {'label': 'Mistral', 'url': 'https://api.mistral.ai/v1', 'key_env': ['MISTRAL_API_KEY'], 'seed': 'random_seed', 'never': ['reasoning_content'], 'window': ['max_context_length'], 'prices': 'mistral'},
    'groq': {'label': 'Groq', 'url': 'https://api.groq.com/openai/v1', 'key_env': ['GROQ_API_KEY'], 'key_begins': 'gsk_', 'window': ['context_window'], 'prices': 'groq'},
    'deepseek': {'label': 'DeepSeek', 'url': 'https://api.deepseek.com', 'key_env': ['DEEPSEEK_API_KEY'], 'reasoning': {'field': 'reasoning_content', 'back': 'with-tools'}, 'schema': 'object', 'prices': 'deepseek'},
    'xai': {'label': 'xAI', 'url': 'https://api.x.ai/v1', 'key_env': ['XAI_API_KEY'], 'key_begins': 'xai-', 'prices': 'x-ai'},
    'together': {'label': 'Together', 'url': 'https://api.together.xyz/v1', 'key_env': ['TOGETHER_API_KEY'], 'window': ['context_length'], 'prices': 'together'},
    'fireworks': {'label': 'Fireworks', 'url': 'https://api.fireworks.ai/inference/v1', 'key_env': ['FIREWORKS_API_KEY'], 'window': ['context_length'], 'prices': 'fireworks'},
    'cerebras': {'label': 'Cerebras', 'url': 'https://api.cerebras.ai/v1', 'key_env': ['CEREBRAS_API_KEY'], 'key_begins': 'csk-', 'limit': 'max_completion_tokens', 'prices': 'cerebras'},
    'azure': {'label': 'Azure', 'url': 'https://{AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1', 'key_env': ['AZURE_OPENAI_API_KEY'], 'auth': 'header:api-key', 'limit': 'max_completion_tokens', 'subset': 'strict', 'own_names': True, 'prices': 'azure'},
    'github': {'label': 'GitHub Models', 'url': 'https://models.github.ai/inference', 'key_env': ['GITHUB_TOKEN'], 'shares_key': True, 'lists_models': False},
    'huggingface': {'label': 'Hugging Face', 'url': 'https://router.huggingface.co/v1', 'key_env': ['HF_TOKEN'], 'shares_key': True, 'key_begins': 'hf_', 'window': ['providers.0.context_length']},
    'moonshot': {'label': 'Moonshot', 'url': 'https://api.moonshot.ai/v1', 'key_env': ['MOONSHOT_API_KEY'], 'reasoning': {'field': 'reasoning_content', 'back': 'with-tools'}, 'schema': 'object', 'window': ['context_length'], 'prices': 'moonshotai'},
    'zai': {'label': 'Z.ai', 'url': 'https://api.z.ai/api/paas/v4', 'key_env': ['ZAI_API_KEY'], 'reasoning': {'field': 'reasoning_content', 'back': 'with-tools'}, 'effort': {'words': ['low', 'high', 'max']}, 'schema': 'object', 'prices': 'zai'},
    'qwen': {'label': 'Qwen', 'url': 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'key_env': ['DASHSCOPE_API_KEY'], 'schema': 'object'},
    'nvidia': {'label': 'NVIDIA', 'url': 'https://integrate.api.nvidia.com/v1', 'key_env': ['NVIDIA_API_KEY'], 'key_begins': 'nvapi-'},
    'ollama': {'label': 'Ollama', 'url': 'http://localhost:11434/v1', 'url_variable': 'OLLAMA_HOST', 'key_env': ['OLLAMA_API_KEY'], 'reasoning': {'field': 'reasoning', 'back': 'with-tools'}, 'window': ['context_length', 'parameters.num_ctx'], 'probe': ['/api/ps', '/api/show model'], 'window_setting': 'OLLAMA_CONTEXT_LENGTH of `ollama serve`, or num_ctx in a Modelfile,', 'fetch': 'ollama pull {model}', 'known_by': ['library', '/api/version'], 'local': True},
    'lmstudio': {'label': 'LM Studio', 'url': 'http://localhost:1234/v1', 'key_env': ['LMSTUDIO_API_KEY'], 'window': ['loaded_instances.0.config.context_length', 'loaded_context_length'], 'probe': ['/api/v1/models', '/api/v0/models'], 'window_setting': 'The context length that the model is loaded with', 'known_by': ['organization_owner', '/api/v0/models'], 'local': True},
    'llamacpp': {'label': 'llama.cpp', 'url': 'http://localhost:8080/v1', 'window': ['default_generation_settings.n_ctx', 'meta.n_ctx'], 'probe': ['/props', '/v1/models'], 'any_name_owner': 'llamacpp', 'known_by': ['llamacpp', '/props'], 'local': True},
    'vllm': {'label': 'vLLM', 'url': 'http://localhost:8000/v1', 'key_env': ['VLLM_API_KEY'], 'window': ['max_model_len'], 'probe': ['/v1/models'], 'known_by': ['vllm'], 'local': True},
    'sglang': {'label': 'SGLang', 'url': 'http://localhost:30000/v1', 'window': ['max_model_len'], 'probe': ['/v1/models'], 'known_by': ['sglang', '/get_server_info'], 'local': True},
    'litellm': {'label': 'LiteLLM', 'url': 'http://localhost:4000/v1', 'key_env': ['LITELLM_API_KEY'], 'window': ['model_info.max_input_tokens'], 'probe': ['/model/info'], 'passes_on': True, 'known_by': ['/health/readiness'], 'local': True},
    'gguf': {'label': 'your own weights', 'starts': 'weights', 'any_name_owner': 'llamacpp'},
}
