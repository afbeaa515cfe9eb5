"""The failures a user can meet, as one tree. Each has a sentence, a hint and an exit code. Pure.

    ChatError                  1   anything expected that went wrong
    ├── UsageError             2   the command line, or a slash-command, makes no sense
    │   ├── AttachmentRefused  2   a file cannot be sent with a message; nothing was sent
    │   ├── SecretRefused      2   the message holds a secret, and the settings forbid that
    │   └── NewServer          2   a saved conversation would go to a server where it has not been
    ├── SchemaError            2   what the reply is to be makes no sense; nothing was sent
    ├── ToolsError             2   tools that were asked for are not there, or make no sense
    │   └── ServerMissing     75   an MCP server that is required cannot be used
    ├── DocumentsError         1   a collection of documents cannot be read or written
    │   ├── NoSuchCollection   2   no collection has this name
    │   └── DocumentsBusy     75   another process writes into it just now
    ├── SettingsError          2   a setting, a config file or `.env` is wrong
    │   ├── MissingKey         2   the provider wants an API key and there is none
    │   ├── ModelAmbiguous     2   a word means a model of each of several providers
    │   └── PriceUnknown       2   there is a limit of cost, and no price to keep it by
    ├── PersonaError           2   a persona cannot be found, read or understood
    ├── SessionError           1   saved conversations cannot be read, or nothing can be saved
    │   ├── SessionNotFound    2   no saved conversation has this name, or several match it
    │   └── SessionDamaged     1   one saved conversation makes no sense; the others can be used
    ├── MessageTooLong         1   one message is larger than the whole window
    ├── CostLimitReached       1   the next request could cost more than the user allows
    ├── InvalidReply          65   the reply is not the data that was asked for; 3 if it was cut at its limit
    └── ProviderError          1   the model's server gave no complete reply
        ├── Unauthorized       1   the key is wrong, or does not permit this
        ├── ModelNotFound      1   the server does not know the model
        ├── RequestRefused     1   the server understood the request and refuses it
        │   ├── ContextTooLong 1   the request is longer than the model can hold
        │   ├── QuotaUsedUp    1   the account of the key cannot pay
        │   ├── ImagesRefused  1   the server, or the model, does not take images or files
        │   ├── ShapeRefused   1   the server does not take a schema, or no JSON mode
        │   ├── ParameterRefused  1  the server does not take a parameter
        │   └── ToolsRefused   1   the server, or the model, does not take tools
        ├── EmptyReply         1   the response ended properly, without text
        ├── ReplyCut           3   the reply broke off in the middle
        └── TransientError    75   trying again may help; 1 if it certainly will not
            ├── ConnectionFailed   nothing answers, or the connection broke before the reply
            ├── TimedOut           the server did not answer in time
            ├── RateLimited        too many requests, or the quota is used up
            └── ServerFailed       the server has a problem of its own (500 and above)

Every other exception is a defect of this program, which crashes with a traceback.
"""

from chatbot_cli.errors.base import (
    ENDS,
    FULL_STOPS,
    AttachmentRefused,
    ChatError,
    CostLimitReached,
    DocumentsBusy,
    DocumentsError,
    MessageTooLong,
    MissingKey,
    ModelAmbiguous,
    NewServer,
    NoSuchCollection,
    PersonaError,
    PriceUnknown,
    SchemaError,
    SecretRefused,
    ServerMissing,
    SessionDamaged,
    SessionError,
    SessionNotFound,
    SettingsError,
    ToolsError,
    UsageError,
    ended,
)
from chatbot_cli.errors.of_replies import (
    ConnectionFailed,
    ContextTooLong,
    EmptyReply,
    ImagesRefused,
    InvalidReply,
    ModelNotFound,
    ParameterRefused,
    ProviderError,
    QuotaUsedUp,
    RateLimited,
    ReplyCut,
    RequestRefused,
    ServerFailed,
    ShapeRefused,
    TimedOut,
    ToolsRefused,
    TransientError,
    Unauthorized,
)

__all__ = [
    "ENDS",
    "FULL_STOPS",
    "AttachmentRefused",
    "ChatError",
    "ConnectionFailed",
    "ContextTooLong",
    "CostLimitReached",
    "DocumentsBusy",
    "DocumentsError",
    "EmptyReply",
    "ImagesRefused",
    "InvalidReply",
    "MessageTooLong",
    "MissingKey",
    "ModelAmbiguous",
    "ModelNotFound",
    "NewServer",
    "NoSuchCollection",
    "ParameterRefused",
    "PersonaError",
    "PriceUnknown",
    "ProviderError",
    "QuotaUsedUp",
    "RateLimited",
    "ReplyCut",
    "RequestRefused",
    "SchemaError",
    "SecretRefused",
    "ServerFailed",
    "ServerMissing",
    "SessionDamaged",
    "SessionError",
    "SessionNotFound",
    "SettingsError",
    "ShapeRefused",
    "TimedOut",
    "ToolsError",
    "ToolsRefused",
    "TransientError",
    "Unauthorized",
    "UsageError",
    "ended",
]
