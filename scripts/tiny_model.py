#!/usr/bin/env python3
# A language model of random weights for llama.cpp, small enough for any machine: tiny_model.py FILE SEED (numpy, and gguf of llama.cpp)
import sys
import numpy
import gguf

path, seed = sys.argv[1], int(sys.argv[2])
random = numpy.random.default_rng(seed)
words = ['\u2581', *'abcdefghijklmnopqrstuvwxyz', 'th', 'he', 'in', 'er', 'an', '\u2581a', '\u2581the', '\u2581to', '.', ',', '?']
tokens = ['<unk>', '<s>', '</s>'] + ['<0x%02X>' % i for i in range(256)] + words
kinds = [2, 3, 3] + [6] * 256 + [1] * len(words)
embd, heads, layers, ff = 64, 4, 2, 128
w = gguf.GGUFWriter(path, 'llama')
w.add_name('tiny')
w.add_context_length(512)
w.add_embedding_length(embd)
w.add_block_count(layers)
w.add_feed_forward_length(ff)
w.add_head_count(heads)
w.add_head_count_kv(heads)
w.add_layer_norm_rms_eps(1e-5)
w.add_rope_dimension_count(embd // heads)
w.add_vocab_size(len(tokens))
w.add_tokenizer_model('llama')
w.add_token_list(tokens)
w.add_token_scores([0.0] * 259 + [-float(i) for i in range(len(words))])
w.add_token_types(kinds)
w.add_bos_token_id(1)
w.add_eos_token_id(2)
w.add_unk_token_id(0)
w.add_chat_template("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:")
def tensor(name, *shape, scale=0.2):
    w.add_tensor(name, (random.standard_normal(shape) * scale).astype(numpy.float32))
def ones(name):
    w.add_tensor(name, numpy.ones(embd, dtype=numpy.float32))
tensor('token_embd.weight', len(tokens), embd, scale=1)
for i in range(layers):
    ones('blk.%d.attn_norm.weight' % i)
    ones('blk.%d.ffn_norm.weight' % i)
    for part in 'attn_q', 'attn_k', 'attn_v', 'attn_output':
        tensor('blk.%d.%s.weight' % (i, part), embd, embd)
    tensor('blk.%d.ffn_gate.weight' % i, ff, embd)
    tensor('blk.%d.ffn_up.weight' % i, ff, embd)
    tensor('blk.%d.ffn_down.weight' % i, embd, ff)
ones('output_norm.weight')
tensor('output.weight', len(tokens), embd, scale=0.3)
w.write_header_to_file()
w.write_kv_data_to_file()
w.write_tensors_to_file()
w.close()
