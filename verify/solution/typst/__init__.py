"""Typst: pages as the source of documents, mathematics and prose included; what a PDF is made from."""
